use std::borrow::Cow;
use std::collections::BTreeSet;

use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::announcement::{AnnouncementContent, MAX_RECIPIENTS};
use leopard_core::domain::notification::{NotificationType, OpaqueObject};
use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

use super::meta_info::{MetaInfoView, opaque};
use super::names::NotificationTypeName;
use crate::framework::payload::{Fields, ReadBody, Timestamp, choice, integer, list, text, time};

/// Bytes of a notification beside its texts.
const OVERHEAD: usize = 512;

/// What several users are to be told.
pub(super) struct NewNotifications {
    pub(super) recipients: BTreeSet<UserId>,
    pub(super) content: AnnouncementContent,
}

/// What another system says, and to whom.
#[derive(Object)]
#[oai(rename = "NewNotifications")]
pub(super) struct NewNotificationsBody {
    /// Why they are told.
    notification_type: NotificationTypeName,
    /// Id of the user who is told, or a list of up to 1,000 of them.
    assigned_to: RecipientsShape,
    /// In a few words; the type's own words where it is absent.
    #[oai(validator(min_length = 1, max_length = 200))]
    title: Option<String>,
    /// In a sentence; the type's own where it is absent.
    #[oai(validator(min_length = 1, max_length = 2000))]
    message: Option<String>,
    /// A date that matters for it; a time without an offset is UTC.
    #[oai(nullable)]
    due_date: Option<Timestamp>,
    /// What it is about: any JSON object of at most 4 KiB, without U+0000 in it.
    meta_info: Option<MetaInfoView>,
}

impl NewNotifications {
    /// About how many bytes the notifications take while they are created and answered.
    pub(super) fn memory(&self) -> usize {
        let AnnouncementContent {
            title,
            message,
            meta_info,
            ..
        } = &self.content;
        let title = title.as_ref().map_or(0, |title| title.as_str().len());
        let message = message.as_ref().map_or(0, |message| message.as_str().len());
        let one = title + message + meta_info.as_str().len() + OVERHEAD;
        // Once in the store's change, and once in the answer.
        2 * self.recipients.len() * one
    }
}

impl ReadBody for NewNotifications {
    type Shape = NewNotificationsBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let kind = fields.required("notification_type", |value| {
            choice(&value, NotificationType::parse)
        });
        let recipients = fields.required("assigned_to", recipients);
        let title = fields.optional("title", text);
        let message = fields.optional("message", text);
        let due_date = fields.nullable("due_date", |value| time(&value));
        let meta_info = fields.optional("meta_info", opaque);
        let whole = kind.zip(recipients).map(|(kind, recipients)| Self {
            recipients,
            content: AnnouncementContent {
                kind,
                title,
                message,
                due_date,
                meta_info: meta_info.unwrap_or_else(OpaqueObject::empty),
            },
        });
        fields.finish(whole)
    }
}

/// One user or several, each once.
fn recipients(value: Value) -> Result<BTreeSet<UserId>, FieldError> {
    let user = |value| integer(&value).map(UserId);
    if !value.is_array() {
        return Ok(BTreeSet::from([user(value)?]));
    }
    let users = list(value, MAX_RECIPIENTS, user)?;
    if users.is_empty() {
        return Err(FieldError::EmptyList);
    }
    Ok(users.into_iter().collect())
}

/// In the document: an id, or a list of ids.
struct RecipientsShape;

impl Type for RecipientsShape {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Recipients".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let ids = MetaSchema {
            items: Some(Box::new(i64::schema_ref())),
            min_items: Some(1),
            max_items: Some(MAX_RECIPIENTS),
            ..MetaSchema::new("array")
        };
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            one_of: vec![i64::schema_ref(), MetaSchemaRef::Inline(Box::new(ids))],
            ..MetaSchema::ANY
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

/// Needed of every member of a shape; what is read goes through `recipients`.
impl ParseFromJSON for RecipientsShape {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let read = value.map(recipients).and_then(Result::ok);
        read.map(|_| Self)
            .ok_or_else(|| ParseError::custom("no users"))
    }
}

impl ToJSON for RecipientsShape {
    fn to_json(&self) -> Option<Value> {
        None
    }
}
