"""Forms made from declarations: a small library of fields, and the page that fills one record."""
