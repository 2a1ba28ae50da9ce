"""The statements of the larger migrations, one module each. What was released is never edited."""
