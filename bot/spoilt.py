"""What one row that cannot be read can raise: a sweep logs it, puts it off, and goes on with the rest."""

SPOILT = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
