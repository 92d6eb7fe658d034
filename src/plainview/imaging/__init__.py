"""Registration, stabilisation, fields, burned-in overlay."""
