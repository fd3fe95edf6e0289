use std::convert::Infallible;
use std::time::Instant;

use hyper::body::{Body, Bytes};
use hyper::service::{Service, service_fn};
use hyper_util::service::TowerToHyperService;
use warp::http::header::CONTENT_LENGTH;
use warp::http::{Method, Request};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::access_log::{AccessLog, Entry};

/// The service that a connection calls for each request: `routes`, and a line in `log` for every
/// response.
///
/// `HEAD` gets the headers of `GET`, its `Content-Length` included, and no body.
pub fn service<F, B>(
    routes: F,
    log: AccessLog,
) -> impl Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone
where
    F: Filter<Extract: Reply, Error = Rejection> + Clone + Send + Sync + 'static,
    F::Future: Send,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    B: Send + Sync + 'static,
{
    let routes = TowerToHyperService::new(warp::service(routes));
    service_fn(move |request: Request<B>| {
        let (routes, log) = (routes.clone(), log.clone());
        async move {
            let begun = Instant::now();
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let mut response = routes.call(request).await?;
            if method == Method::HEAD {
                keep_head(&mut response);
            }
            log.record(&Entry {
                method: method.as_str(),
                path: uri.path(),
                status: response.status(),
                bytes: length(&response),
                latency: begun.elapsed(),
            });
            Ok(response)
        }
    })
}

fn keep_head(response: &mut Response) {
    let length = length(response).into();
    response.headers_mut().insert(CONTENT_LENGTH, length);
    *response.body_mut() = "".into();
}

/// Length of the body in bytes; every reply of this service has a known length.
fn length(response: &Response) -> u64 {
    response.body().size_hint().exact().unwrap_or_default()
}
