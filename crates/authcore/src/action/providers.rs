//! This file answers `GET /providers`: what there is to sign in with, in the application's order.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{context::Context, model::JsonMap, web::response::Response};

pub(crate) fn get(cx: &Context) -> Response {
    let providers = cx.providers.iter().map(|provider| {
        let info = provider.info();
        let entry = json!({
            "id": info.id,
            "name": info.name,
            "type": info.kind,
            "signinUrl": cx.url(&format!("/signin/{}", info.id)),
            "callbackUrl": cx.callback_url(&info.id),
        });
        (info.id.to_string(), entry)
    });
    Response::json(
        StatusCode::OK,
        &Value::Object(providers.collect::<JsonMap>()),
    )
}
