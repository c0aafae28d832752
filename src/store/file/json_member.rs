//! JSON that is read without being kept as a tree, whatever is in the place of what is expected.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The value of a key, as far as an entry can use it. Text without escapes is that of the file.
#[derive(Clone)]
pub(super) enum Member<'b> {
    Null,
    Bool(bool),
    Integer(i64),
    Text(Cow<'b, str>),
    /// A fraction, a larger number, a list or an object.
    Other,
}

/// An object, whose members `O` collects; `None` for anything else.
pub(super) struct ObjectOr<O>(pub(super) Option<O>);

/// A list; `None` for anything else.
pub(super) struct ListOr<T>(pub(super) Option<Vec<T>>);

/// Collects the members of an object, whose last one of a key counts.
pub(super) trait Collect<'de>: Default {
    /// Takes the value of a key from the object.
    fn collect<A: MapAccess<'de>>(&mut self, key: &str, object: &mut A) -> Result<(), A::Error>;
}

/// What is made of any JSON.
trait FromJson<'de>: Sized {
    fn from_scalar(value: Member<'de>) -> Self;

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::from_scalar(Member::Other))
    }

    fn from_object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::from_scalar(Member::Other))
    }
}

impl<'de> FromJson<'de> for Member<'de> {
    fn from_scalar(value: Member<'de>) -> Self {
        value
    }
}

impl<'de, O: Collect<'de>> FromJson<'de> for ObjectOr<O> {
    fn from_scalar(_: Member<'de>) -> Self {
        Self(None)
    }

    fn from_object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut collected = O::default();
        while let Some(key) = object.next_key::<Member<'de>>()? {
            // OK because the keys of JSON are text.
            let Member::Text(key) = key else { unreachable!("a key that is no text") };
            collected.collect(&key, &mut object)?;
        }
        Ok(Self(Some(collected)))
    }
}

impl<'de, T: Deserialize<'de>> FromJson<'de> for ListOr<T> {
    fn from_scalar(_: Member<'de>) -> Self {
        Self(None)
    }

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Self(Some(elements)))
    }
}

impl<'de> Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor(PhantomData))
    }
}

impl<'de, O: Collect<'de>> Deserialize<'de> for ObjectOr<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ListOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor(PhantomData))
    }
}

struct JsonVisitor<J>(PhantomData<J>);

impl<'de, J: FromJson<'de>> Visitor<'de> for JsonVisitor<J> {
    type Value = J;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<J, E> {
        Ok(J::from_scalar(Member::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<J, E> {
        Ok(J::from_scalar(Member::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<J, E> {
        Ok(J::from_scalar(Member::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<J, E> {
        Ok(J::from_scalar(i64::try_from(value).map_or(Member::Other, Member::Integer)))
    }

    fn visit_f64<E>(self, _: f64) -> Result<J, E> {
        Ok(J::from_scalar(Member::Other))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<J, E> {
        Ok(J::from_scalar(Member::Text(Cow::Borrowed(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<J, E> {
        Ok(J::from_scalar(Member::Text(Cow::Owned(value.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<J, A::Error> {
        J::from_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<J, A::Error> {
        J::from_object(object)
    }
}
