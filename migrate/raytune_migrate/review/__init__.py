"""Change by change with a person: questions, answers, and what is remembered of them."""
