//! The server: connections, what every request and answer passes through, and in the middle the resources.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpMessage, HttpRequest, HttpResponse};

use crate::http::answer::encoding;
use crate::http::problem::Problem;
use crate::http::resource::{Private, Resource};
use crate::http::site::Site;
use crate::http::wire::bounded::bounded;
use crate::http::wire::client::Client;
use crate::http::wire::connection::{self, Connection};
use crate::http::wire::doors::Doors;
use crate::http::wire::proxy;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// How long a connection may be idle: longer than the minute proxies keep theirs, so that they close first.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a request's head may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a connection buffers of an answer before the system takes it.
const WRITE_BUFFER: usize = 16 << 10;

/// A server on `listener` of these resources, with routes of the caller's before them.
pub fn server(
    listener: TcpListener,
    site: Site,
    resources: fn() -> Vec<Resource>,
    more: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let address = listener.local_addr()?;
    #[cfg(unix)]
    connection::bound_buffers(&listener)?;
    let doors = Doors::new(Arc::clone(&site.trusted_proxies));
    let builder = Server::build();
    let ending = builder.graceful_shutdown_signal();
    let server = builder.listen("machinaka", listener, move || {
        let (site, ending, doors) = (site.clone(), ending.clone(), Arc::clone(&doors));
        let base = Arc::clone(&site.public_url);
        let app = App::new()
            .app_data(site)
            .wrap(from_fn(bounded))
            .wrap(from_fn(identified))
            .wrap(from_fn(always))
            .wrap(Compress::default())
            .wrap(from_fn(encodable))
            .configure(more.clone())
            .configure(|config| {
                for resource in resources() {
                    resource.register(config);
                }
            })
            .default_service(web::to(no_such_path));
        let http = HttpService::build()
            .keep_alive(KEEP_ALIVE)
            .h1_write_buffer_size(WRITE_BUFFER)
            .client_request_timeout(PATIENCE)
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .on_connect_ext(|connection: &Connection, data| {
                data.insert::<Client>(connection.client());
            })
            .local_addr(address)
            // Its host and address would only serve links built from them; ours come from the public URL.
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let (peer, base) = (stream.peer_addr(), Arc::clone(&base));
            let doors = Arc::clone(&doors);
            async move {
                stream.set_nodelay(true).map_err(DispatchError::Io)?;
                let peer = peer.map_err(DispatchError::Io)?;
                match doors.enter(peer.ip()) {
                    Some(pass) => Ok((Connection::new(stream, base, pass), Some(peer))),
                    None => {
                        connection::turn_away(stream, &base).await;
                        Err(DispatchError::DisconnectTimeout)
                    }
                }
            }
        })
        .and_then(http)
    })?;
    Ok(server.run())
}

/// Headers of every answer: nobody may guess its type or learn where its reader came from. Anybody's
/// page may read what is public; a browser shows no page of another site an answer got with our
/// cookie, because no answer allows credentials. What is behind a login is for our own pages alone.
async fn always(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let private = response.request().extensions().contains::<Private>();
    let headers = response.headers_mut();
    let mut write = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    write(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    write(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    if private {
        write(header::CACHE_CONTROL, "no-store");
        write(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    } else {
        write(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        write(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "Link, Content-Crs, ETag, Location, X-Request-Id",
        );
    }
    Ok(response)
}

/// A client that accepts no encoding of ours, not even none, gets the plain answer: it is of more use than
/// the refusal, which would be no document of ours. So does CONNECT, whose answer is sent without chunks and
/// so cannot be compressed on its way.
async fn encodable(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let is_encodable = encoding(request.request()).is_some();
    if !is_encodable || request.method() == Method::CONNECT {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.call(request).await
}

/// Gives every request an id, the client's own if it sent a plain one, and writes it beside what was logged.
async fn identified(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    const ID: HeaderName = HeaderName::from_static("x-request-id");
    let plain = |value: &&HeaderValue| {
        value.len() <= 64
            && value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let id = match request.headers().get(&ID).filter(plain) {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(uuid::Uuid::now_v7().as_simple().encode_lower(&mut [0; 32]))
            .expect("a UUID is ASCII"),
    };
    let _busy = request.conn_data::<Client>().map(Client::begin);
    proxy::look_for_untrusted(request.request());
    let asked = tracing::enabled!(tracing::Level::DEBUG)
        .then(|| format!("{} {}", request.method(), request.path()));
    let mut response = next.call(request).await?;
    let status = response.status();
    if let Some(asked) = asked {
        tracing::debug!(asked, status = status.as_u16(), request = ?id, "answered");
    } else if status.is_server_error() && is_logged(status) {
        tracing::warn!(path = response.request().path(), status = status.as_u16(), request = ?id, "answered");
    }
    response.headers_mut().insert(ID, id);
    Ok(response)
}

/// Whether an answer of this status is logged: of refusals for want of room one a second, because
/// whoever causes them must not fill the log as well.
fn is_logged(status: StatusCode) -> bool {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let second = now.map_or(0, |now| now.as_secs());
    status != StatusCode::SERVICE_UNAVAILABLE || LAST.swap(second, Ordering::Relaxed) != second
}

async fn no_such_path(request: HttpRequest) -> HttpResponse {
    Problem::no_such_path(request.path()).response(&request)
}
