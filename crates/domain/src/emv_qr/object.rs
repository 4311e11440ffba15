//! The objects of a merchant's code.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::BadMerchantQr;
use super::merchant_rules::{is_personal, is_template};
use super::tlv::{Place, Raw, Reader, Tag, value_at, write};

/// One object of a code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Object {
    /// Its tag.
    pub tag: Tag,
    /// What it holds.
    pub content: Content,
}

/// What an object holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A value.
    Text(String),
    /// Fields with tags of their own.
    Template(Vec<Field>),
}

/// A field of a template.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its tag within the template.
    pub tag: Tag,
    /// Its value.
    pub value: String,
}

/// An object as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    tag: Tag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<Field>>,
}

impl Object {
    /// An object with a value.
    pub fn text(tag: Tag, value: impl Into<String>) -> Object {
        Object {
            tag,
            content: Content::Text(value.into()),
        }
    }

    /// The object that stands in the text.
    pub(super) fn read(raw: &Raw<'_>) -> Result<Object, BadMerchantQr> {
        if !is_template(raw.tag) {
            return Ok(Object::text(raw.tag, raw.value));
        }
        let mut reader = Reader::new(raw.value, value_at(raw.at));
        let mut fields = Vec::new();
        while let Some(field) = reader.next()? {
            fields.push(Field {
                tag: field.tag,
                value: field.value.to_owned(),
            });
        }
        Ok(Object {
            tag: raw.tag,
            content: Content::Template(fields),
        })
    }

    /// What stands in the text behind tag and length.
    pub(super) fn written(&self) -> String {
        match &self.content {
            Content::Text(value) => value.clone(),
            Content::Template(fields) => {
                let mut text = String::new();
                for field in fields {
                    write(&mut text, field.tag, &field.value);
                }
                text
            }
        }
    }

    /// The value of one that is no template.
    pub fn value(&self) -> Option<&str> {
        match &self.content {
            Content::Text(value) => Some(value),
            Content::Template(_) => None,
        }
    }

    /// The fields; none of one that is no template.
    pub fn fields(&self) -> &[Field] {
        match &self.content {
            Content::Text(_) => &[],
            Content::Template(fields) => fields,
        }
    }

    /// The value of a field.
    pub fn field(&self, sub: Tag) -> Option<&str> {
        let field = self.fields().iter().find(|field| field.tag == sub);
        field.map(|field| field.value.as_str())
    }
}

impl TryFrom<Form> for Object {
    type Error = BadMerchantQr;

    fn try_from(form: Form) -> Result<Object, BadMerchantQr> {
        let place = Place::of(form.tag);
        let content = match (form.value, form.fields) {
            (Some(value), None) => Content::Text(value),
            (None, Some(fields)) => Content::Template(fields),
            _ if is_template(form.tag) => return Err(BadMerchantQr::NoTemplate { place }),
            _ => return Err(BadMerchantQr::NotATemplate { place }),
        };
        Ok(Object {
            tag: form.tag,
            content,
        })
    }
}

impl From<Object> for Form {
    fn from(object: Object) -> Form {
        let (value, fields) = match object.content {
            Content::Text(value) => (Some(value), None),
            Content::Template(fields) => (None, Some(fields)),
        };
        Form {
            tag: object.tag,
            value,
            fields,
        }
    }
}

/// Shows a merchant's values, which hang on the wall anyway, and hides those that may be
/// somebody's telephone or membership number.
impl fmt::Debug for Object {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Text(value) => write!(out, "{}={value:?}", self.tag),
            Content::Template(fields) => {
                let mut list = out.debug_list();
                for field in fields {
                    let place = Place::within(self.tag, field.tag);
                    if is_personal(place) {
                        list.entry(&format_args!("{place}=(…)"));
                    } else {
                        list.entry(&format_args!("{place}={:?}", field.value));
                    }
                }
                list.finish()
            }
        }
    }
}

/// A field alone does not know whether it is personal.
impl fmt::Debug for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}=(…)", self.tag)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Content::Text(_) => "Text(…)",
            Content::Template(_) => "Template(…)",
        })
    }
}
