//! Reads the hub's JSON into the protocol's types, with the browser's own parser.
//!
//! Guarantees: the same types by the same derived code as on the hub; what does not fit is
//! refused. Deliberately absent: words on what did not fit. They, and the parser, would be
//! a fifth of the program that a guest's phone has to load; the hub's own log has them.

use std::fmt;

use js_sys::{Array, JSON, Object, Reflect};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast, JsValue};

/// JSON that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the answer does not read")
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Misfit {
        Misfit
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Misfit {
        Misfit
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Misfit {
        Misfit
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Misfit {
        Misfit
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Misfit {
        Misfit
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Misfit {
        Misfit
    }
    fn missing_field(_: &'static str) -> Misfit {
        Misfit
    }
    fn duplicate_field(_: &'static str) -> Misfit {
        Misfit
    }
}

/// A value as the browser parsed it.
#[derive(Clone, Debug)]
pub(super) struct Value(JsValue);

impl Value {
    /// Parses JSON.
    ///
    /// # Errors
    /// [`Misfit`] for text that is no JSON.
    pub(super) fn parse(text: &str) -> Result<Value, Misfit> {
        JSON::parse(text).map(Value).map_err(|_| Misfit)
    }

    /// A field of an object.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        let value = Reflect::get(&self.0, &name.into()).ok()?;
        (!value.is_undefined()).then_some(Value(value))
    }

    /// Reads it as a type.
    ///
    /// # Errors
    /// [`Misfit`].
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Misfit> {
        T::deserialize(self)
    }

    fn is_nothing(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    fn entries(&self) -> Result<Array, Misfit> {
        let object: &Object = self.0.dyn_ref().ok_or(Misfit)?;
        Ok(Object::entries(object))
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = self.0.as_f64() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the protocol has whole numbers only; others are refused as no such number"
            )]
            visitor.visit_i64(number as i64)
        } else if let Some(flag) = self.0.as_bool() {
            visitor.visit_bool(flag)
        } else if self.is_nothing() {
            visitor.visit_unit()
        } else if Array::is_array(&self.0) {
            visitor.visit_seq(Items::of(self.0.unchecked_into()))
        } else {
            visitor.visit_map(Entries::of(self.entries()?))
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.is_nothing() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if !self.0.is_object() {
            return Err(Misfit);
        }
        visitor.visit_map(Fields {
            object: self,
            names: fields,
            next: None,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if self.0.is_string() {
            return visitor.visit_enum(Variant(self, None));
        }
        let entry: Array = self.entries()?.get(0).unchecked_into();
        visitor.visit_enum(Variant(Value(entry.get(0)), Some(Value(entry.get(1)))))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The known fields of an object that are there.
struct Fields {
    object: Value,
    names: &'static [&'static str],
    next: Option<Value>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        while let Some((name, rest)) = self.names.split_first() {
            self.names = rest;
            self.next = self.object.field(name);
            if self.next.is_some() {
                let key: StrDeserializer<'_, Misfit> = name.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.next.take().ok_or(Misfit)?)
    }
}

/// The items of an array.
struct Items {
    array: Array,
    at: u32,
}

impl Items {
    fn of(array: Array) -> Items {
        Items { array, at: 0 }
    }

    fn next(&mut self) -> Option<Value> {
        let at = self.at;
        self.at += 1;
        (at < self.array.length()).then(|| Value(self.array.get(at)))
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        match self.next() {
            Some(value) => seed.deserialize(value).map(Some),
            None => Ok(None),
        }
    }
}

/// Names and values of an object used as a map.
struct Entries {
    items: Items,
    value: Option<Value>,
}

impl Entries {
    fn of(entries: Array) -> Entries {
        Entries {
            items: Items::of(entries),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some(Value(entry)) = self.items.next() else {
            return Ok(None);
        };
        let entry: Array = entry.unchecked_into();
        self.value = Some(Value(entry.get(1)));
        seed.deserialize(Value(entry.get(0))).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.value.take().ok_or(Misfit)?)
    }
}

/// A variant's name, and what it holds.
struct Variant(Value, Option<Value>);

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Misfit;
    type Variant = Held;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Held), Misfit> {
        Ok((seed.deserialize(self.0)?, Held(self.1)))
    }
}

/// What a variant holds.
struct Held(Option<Value>);

impl<'de> de::VariantAccess<'de> for Held {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.0 {
            None => Ok(()),
            Some(value) => Deserialize::deserialize(value),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.0.ok_or(Misfit)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.0.ok_or(Misfit)?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.0
            .ok_or(Misfit)?
            .deserialize_struct("", fields, visitor)
    }
}
