//! How data becomes a command: first whatever was written, then what was meant.
//!
//! A reader that goes from text to a command in one go is compiled for every command, and once more
//! for the path of what is wrong with it. Here text is read by one piece of code into a [`Form`], and
//! what is compiled for a command only walks over it, knowing where it is.

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, slice};

use serde::{
    Deserialize, Deserializer, de,
    de::{
        DeserializeSeed, Expected, IgnoredAny, Unexpected, Visitor, value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::FieldError;

/// What was written, before anybody asks what it means: fields in their order, twice if there twice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form<'a> {
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    Real(f64),
    Text(Cow<'a, str>),
    List(Vec<Form<'a>>),
    Object(Vec<(Name<'a>, Form<'a>)>),
    /// Deeper than [`DEPTH_MAX`], and not looked into.
    Deep,
}

/// No command is nested half as deep.
const DEPTH_MAX: u8 = 32;

/// The name of a field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Form<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written { depth: 0 }.deserialize(deserializer)
    }
}

/// A value that many lists and objects are around.
#[derive(Clone, Copy)]
struct Written {
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Written {
    type Value = Form<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Form<'de>, D::Error> {
        if self.depth > DEPTH_MAX {
            return IgnoredAny::deserialize(deserializer).map(|_| Form::Deep);
        }
        deserializer.deserialize_any(Self { depth: self.depth + 1 })
    }
}

impl<'de> Visitor<'de> for Written {
    type Value = Form<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Form<'de>, E> {
        Ok(Form::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Form<'de>, E> {
        Ok(Form::Bool(it))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Form<'de>, E> {
        Ok(Form::Natural(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Form<'de>, E> {
        Ok(Form::Negative(it))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Form<'de>, E> {
        Ok(Form::Real(it))
    }

    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Form<'de>, E> {
        Ok(Form::Text(Cow::Borrowed(it)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Form<'de>, E> {
        Ok(Form::Text(Cow::Owned(it.to_owned())))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Form<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Form::List(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut fields: A) -> Result<Form<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(name) = fields.next_key()? {
            object.push((name, fields.next_value_seed(self)?));
        }
        Ok(Form::Object(object))
    }
}

impl<'f> Form<'f> {
    /// What it means, as a `T`: all of it, and nothing more.
    pub(super) fn mean<T: Deserialize<'f>>(&'f self) -> Result<T, FieldError> {
        T::deserialize(At { form: self, place: Place::Whole }).map_err(|wrong| {
            let Mistake { place, name, reason } = *wrong.0;
            let mut field = place.unwrap_or_default();
            if let Some(name) = name {
                join(&mut field, name);
            }
            FieldError { field, reason }
        })
    }

    /// As one of several: by its name alone, or as an object with one field.
    fn variant(&self) -> Result<(&str, Option<&Self>), Wrong> {
        if let Self::Text(name) = self {
            return Ok((name, None));
        }
        let Self::Object(fields) = self else {
            return Err(self.unlike(&"text, or an object with one field"));
        };
        match fields.as_slice() {
            [(Name(name), said)] => Ok((name, Some(said))),
            several => Err(de::Error::invalid_length(several.len(), &"an object with one field")),
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Other("null"),
            Self::Bool(it) => Unexpected::Bool(*it),
            Self::Natural(it) => Unexpected::Unsigned(*it),
            Self::Negative(it) => Unexpected::Signed(*it),
            Self::Real(it) => Unexpected::Float(*it),
            Self::Text(it) => Unexpected::Str(it),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
            Self::Deep => Unexpected::Other("what is nested too deep"),
        }
    }

    /// It is not what is meant here.
    #[cold]
    fn unlike(&self, expected: &dyn Expected) -> Wrong {
        de::Error::invalid_type(self.unexpected(), expected)
    }
}

/// Where in what was written.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    Whole,
    Field(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn write(&self, path: &mut String) {
        match self {
            Self::Whole => {}
            Self::Field(within, name) => {
                within.write(path);
                join(path, name);
            }
            Self::Item(within, index) => {
                within.write(path);
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// Why it means nothing. Small, because it is handed up through every field.
#[derive(Debug)]
struct Wrong(Box<Mistake>);

#[derive(Debug)]
struct Mistake {
    /// The innermost place that could not be read; known once it has been left.
    place: Option<String>,
    /// The field of that place that is missing, or there twice.
    name: Option<&'static str>,
    reason: String,
}

impl Wrong {
    fn new(name: Option<&'static str>, reason: String) -> Self {
        Self(Box::new(Mistake { place: None, name, reason }))
    }

    #[cold]
    fn within(mut self, place: &Place<'_>) -> Self {
        self.0.place.get_or_insert_with(|| {
            let mut path = String::new();
            place.write(&mut path);
            path
        });
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.reason)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::new(None, reason.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Some(field), format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Some(field), format!("duplicate field `{field}`"))
    }
}

/// A form where it stands.
#[derive(Debug, Clone, Copy)]
struct At<'p, 'f> {
    form: &'f Form<'f>,
    place: Place<'p>,
}

impl<'f> At<'_, 'f> {
    fn list<V: Visitor<'f>>(&self, items: &'f [Form<'f>], meant: V) -> Result<V::Value, Wrong> {
        let mut rest = Items { rest: items.iter().enumerate(), place: &self.place };
        let value = meant.visit_seq(&mut rest)?;
        match rest.rest.len() {
            0 => Ok(value),
            more => Err(de::Error::invalid_length(items.len(), &Fewer(items.len() - more))),
        }
    }

    fn object<V: Visitor<'f>>(
        &self,
        fields: &'f [(Name<'f>, Form<'f>)],
        meant: V,
    ) -> Result<V::Value, Wrong> {
        meant.visit_map(Fields { rest: fields.iter(), value: None, place: &self.place })
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
            match self.form {
                Form::Natural(it) => meant.visit_u64(*it),
                Form::Negative(it) => meant.visit_i64(*it),
                Form::Real(it) => meant.visit_f64(*it),
                other => Err(other.unlike(&meant)),
            }
        })+
    };
}

macro_rules! texts {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
            let Form::Text(it) = self.form else { return Err(self.form.unlike(&meant)) };
            meant.visit_borrowed_str(it)
        })+
    };
}

impl<'f> Deserializer<'f> for At<'_, 'f> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        match self.form {
            Form::Null => meant.visit_unit(),
            Form::Bool(it) => meant.visit_bool(*it),
            Form::Natural(it) => meant.visit_u64(*it),
            Form::Negative(it) => meant.visit_i64(*it),
            Form::Real(it) => meant.visit_f64(*it),
            Form::Text(it) => meant.visit_borrowed_str(it),
            Form::List(items) => self.list(items, meant),
            Form::Object(fields) => self.object(fields, meant),
            Form::Deep => Err(self.form.unlike(&meant)),
        }
    }

    fn deserialize_bool<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        let Form::Bool(it) = self.form else { return Err(self.form.unlike(&meant)) };
        meant.visit_bool(*it)
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        if matches!(self.form, Form::Null) { meant.visit_none() } else { meant.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'f>>(
        self,
        _: &'static str,
        meant: V,
    ) -> Result<V::Value, Wrong> {
        meant.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        let Form::List(items) = self.form else { return Err(self.form.unlike(&meant)) };
        self.list(items, meant)
    }

    fn deserialize_tuple<V: Visitor<'f>>(self, _: usize, meant: V) -> Result<V::Value, Wrong> {
        self.deserialize_seq(meant)
    }

    fn deserialize_map<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        let Form::Object(fields) = self.form else { return Err(self.form.unlike(&meant)) };
        self.object(fields, meant)
    }

    /// Fields have names: a list in their place is by position, and nobody means that.
    fn deserialize_struct<V: Visitor<'f>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        meant: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(meant)
    }

    fn deserialize_enum<V: Visitor<'f>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        meant: V,
    ) -> Result<V::Value, Wrong> {
        let (name, said) = self.form.variant()?;
        meant.visit_enum(Variant { name, said, place: self.place })
    }

    fn deserialize_ignored_any<V: Visitor<'f>>(self, meant: V) -> Result<V::Value, Wrong> {
        meant.visit_unit()
    }

    forward_to_deserialize_any! { <V: Visitor<'f>> bytes byte_buf unit unit_struct tuple_struct }
}

/// How many were meant.
struct Fewer(usize);

impl Expected for Fewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The items of a list that have not been read.
struct Items<'p, 'f> {
    rest: std::iter::Enumerate<slice::Iter<'f, Form<'f>>>,
    place: &'p Place<'p>,
}

impl<'f> de::SeqAccess<'f> for Items<'_, 'f> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'f>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Wrong> {
        let Some((index, form)) = self.rest.next() else { return Ok(None) };
        let place = Place::Item(self.place, index);
        seed.deserialize(At { form, place }).map(Some).map_err(|it| it.within(&place))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The fields of an object that have not been read, and the one of which the name has.
struct Fields<'p, 'f> {
    rest: slice::Iter<'f, (Name<'f>, Form<'f>)>,
    value: Option<&'f (Name<'f>, Form<'f>)>,
    place: &'p Place<'p>,
}

impl<'f> de::MapAccess<'f> for Fields<'_, 'f> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'f>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Wrong> {
        self.value = self.rest.next();
        let Some((Name(name), _)) = self.value else { return Ok(None) };
        let key = BorrowedStrDeserializer::new(name);
        seed.deserialize(key)
            .map(Some)
            .map_err(|it: Wrong| it.within(&Place::Field(self.place, name)))
    }

    fn next_value_seed<S: DeserializeSeed<'f>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        let Some((Name(name), form)) = self.value else {
            return Err(de::Error::custom("a value without a name"));
        };
        let place = Place::Field(self.place, name);
        seed.deserialize(At { form, place }).map_err(|it| it.within(&place))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// One of several: by its name alone, or with what is said of it.
struct Variant<'p, 'f> {
    name: &'f str,
    said: Option<&'f Form<'f>>,
    place: Place<'p>,
}

impl<'f> de::EnumAccess<'f> for Variant<'_, 'f> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'f>>(self, seed: S) -> Result<(S::Value, Self), Wrong> {
        let name = seed.deserialize(BorrowedStrDeserializer::new(self.name))?;
        Ok((name, self))
    }
}

impl<'f> Variant<'_, 'f> {
    /// Reads what is said of it.
    fn said<T>(
        self,
        meant: &dyn Expected,
        read: impl FnOnce(At<'_, 'f>) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        let Some(form) = self.said else {
            return Err(de::Error::invalid_type(Unexpected::UnitVariant, meant));
        };
        let place = Place::Field(&self.place, self.name);
        read(At { form, place }).map_err(|it| it.within(&place))
    }
}

impl<'f> de::VariantAccess<'f> for Variant<'_, 'f> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        match self.said {
            None | Some(Form::Null) => Ok(()),
            Some(_) => self.said(&"a name alone", |it| Err(it.form.unlike(&"nothing"))),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'f>>(self, seed: S) -> Result<S::Value, Wrong> {
        self.said(&"more than its name", |it| seed.deserialize(it))
    }

    fn tuple_variant<V: Visitor<'f>>(self, _: usize, meant: V) -> Result<V::Value, Wrong> {
        self.said(&"more than its name", |it| it.deserialize_seq(meant))
    }

    fn struct_variant<V: Visitor<'f>>(
        self,
        _: &'static [&'static str],
        meant: V,
    ) -> Result<V::Value, Wrong> {
        self.said(&"more than its name", |it| it.deserialize_map(meant))
    }
}
