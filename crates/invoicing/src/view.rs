//! What queries answer.
