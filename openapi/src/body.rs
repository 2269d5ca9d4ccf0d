//! Request bodies: JSON, checked against the schema that the document shows.

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::{Any, ParseFromJSON, Type},
};
use serde_json::Value;

use crate::{
    problem::{Problem, Slug},
    schema,
};

const MEDIA_TYPE: &str = "application/json";

/// A JSON body. Unlike the library's own payload it names every field that breaks
/// a rule and never repeats the value.
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T>(pub(crate) T);

/// A body as it came, of which nothing is checked before its sender has proved something.
pub(crate) struct AnyBody {
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_json: bool,
}

impl<'a> ApiExtractor<'a> for AnyBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        Any::<Value>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(request_meta::<Any<Value>>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self {
            bytes: body.take()?.into_bytes().await?.to_vec(),
            is_json: check_media_type(request).is_ok(),
        })
    }
}

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(request_meta::<T>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        check_media_type(request)?;
        Ok(Self(parse(&bytes)?))
    }
}

impl<'a, T: ParseFromJSON + Default> ApiExtractor<'a> for OptionalBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(request_meta::<T>(false))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        if bytes.is_empty() && request.content_type().is_none() {
            return Ok(Self(T::default()));
        }
        check_media_type(request)?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        Ok(Self(parse(&bytes)?))
    }
}

fn request_meta<T: ParseFromJSON>(required: bool) -> MetaRequest {
    let content = vec![MetaMediaType {
        content_type: MEDIA_TYPE,
        schema: T::schema_ref(),
    }];
    MetaRequest {
        description: None,
        content,
        required,
    }
}

fn check_media_type(request: &Request) -> Result<(), Problem> {
    let essence = request
        .content_type()
        .and_then(|text| text.split(';').next());
    match essence {
        Some(essence) if essence.trim().eq_ignore_ascii_case(MEDIA_TYPE) => Ok(()),
        _ => Err(Problem::from(Slug::UnsupportedMediaType)
            .with_error("Content-Type", format!("one of: {MEDIA_TYPE}"))),
    }
}

fn parse<T: ParseFromJSON>(bytes: &[u8]) -> Result<T, Problem> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|_| Problem::malformed("body", "json"))?;
    let broken = schema::broken_rules::<T>(&value);
    if !broken.is_empty() {
        return Err(Problem::from(Slug::InvalidRequest).with_errors(broken));
    }
    T::parse_from_json(Some(value)).map_err(|error| {
        let (field, rule) = schema::rule_of_library_message(error.message());
        Problem::invalid(field, rule)
    })
}
