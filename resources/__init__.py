"""Files that travel with Coffre: icons, fonts, styles, referentials and translations."""
