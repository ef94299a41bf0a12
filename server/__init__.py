"""The office: the Département’s server, where laptops meet and which reads no sealed note."""
