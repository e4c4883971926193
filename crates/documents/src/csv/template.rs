//! `INV-{number}`: text with names in braces; `{{` and `}}` are braces themselves.

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Itself.
    Literal(String),
    /// What stands in braces.
    Name {
        /// A column, or something the mapping names.
        name: String,
        /// `{?name}`: may be empty.
        optional: bool,
    },
}

impl Piece {
    /// What stands in braces here.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name { name, .. } => Some(name),
            Self::Literal(_) => None,
        }
    }
}

/// The parts of a template, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else if let Some((inside, after)) =
            from.strip_prefix('{').and_then(|it| it.split_once('}'))
        {
            let (name, optional) = match inside.strip_prefix('?') {
                Some(name) => (name, true),
                None => (inside, false),
            };
            if name.is_empty() || name.contains('{') {
                return Err(format!("`{{{inside}}}` names nothing"));
            }
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Name { name: name.to_owned(), optional });
            rest = after;
        } else {
            return Err("a brace has no partner; write {{ or }} for the character".to_owned());
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}
