"""The words of the trade, tested as people use them."""
