//! A resource: a path, and a handler for each method it takes.

use std::future::Future;

use actix_web::http::{Method, header};
use actix_web::web::{self as route, ServiceConfig};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Route, guard};

use crate::http::answer::Stop;
use crate::http::problem::Problem;

/// What a handler ends with.
pub type Done = Result<HttpResponse, Stop>;

/// A path, and a handler for each method it takes.
pub struct Resource {
    /// Its path, with names in braces.
    pub path: &'static str,
    /// Whether it is only for people who are signed in.
    private: bool,
    handlers: Vec<(&'static str, Route)>,
}

/// Marks a request of a private resource, for what is written on its answer.
pub struct Private;

/// A resource that anybody may read.
pub fn at(path: &'static str) -> Resource {
    Resource {
        path,
        private: false,
        handlers: Vec::new(),
    }
}

/// A resource behind a login: no other site's page may read it, and nobody keeps a copy.
pub fn behind_login(path: &'static str) -> Resource {
    Resource {
        private: true,
        ..at(path)
    }
}

/// What a handler is: it takes the request and what it wants of it, and gives an answer or says why not.
pub type Handler<A, F> = fn(HttpRequest, A) -> F;

impl Resource {
    /// The methods it has handlers for; HEAD and OPTIONS go without saying.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.iter().map(|(method, _)| *method)
    }

    /// Takes the handlers of another of the same path.
    pub fn join(&mut self, other: Resource) {
        assert_eq!((self.path, self.private), (other.path, other.private));
        self.handlers.extend(other.handlers);
    }

    /// Answers GET and HEAD.
    pub fn get<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("GET", guard::Any(guard::Get()).or(guard::Head()), handler)
    }

    /// Answers POST.
    pub fn post<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("POST", guard::Post(), handler)
    }

    /// Answers PUT.
    pub fn put<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("PUT", guard::Put(), handler)
    }

    /// Answers PATCH.
    pub fn patch<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("PATCH", guard::Patch(), handler)
    }

    /// Answers DELETE.
    pub fn delete<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        self,
        handler: Handler<A, F>,
    ) -> Resource {
        self.on("DELETE", guard::Delete(), handler)
    }

    fn on<A: FromRequest + 'static, F: Future<Output = Done> + 'static>(
        mut self,
        method: &'static str,
        guard: impl guard::Guard + 'static,
        handler: Handler<A, F>,
    ) -> Resource {
        let private = self.private;
        let answer = move |request: HttpRequest, argument: A| async move {
            if private {
                request.extensions_mut().insert(Private);
            }
            let answer = handler(request.clone(), argument).await;
            answer.unwrap_or_else(|stop| stop.response(&request))
        };
        self.handlers
            .push((method, route::route().guard(guard).to(answer)));
        self
    }

    /// The methods as the header `Allow` lists them.
    fn allow(&self) -> String {
        let mut allow = Vec::new();
        for (method, _) in &self.handlers {
            allow.push(*method);
            if *method == "GET" {
                allow.push("HEAD");
            }
        }
        allow.push("OPTIONS");
        allow.join(", ")
    }

    /// Adds it to the server; OPTIONS says what it takes, and anything else is refused.
    pub fn register(self, config: &mut ServiceConfig) {
        let (allow, private) = (self.allow(), self.private);
        let refused = allow.clone();
        let options = move |request: HttpRequest| {
            let mut answer = HttpResponse::NoContent();
            answer.insert_header((header::ALLOW, allow.as_str()));
            if private {
                request.extensions_mut().insert(Private);
            } else {
                answer
                    .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow.as_str()))
                    // The wildcard leaves out the one header by which a token comes.
                    .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization"));
            }
            let answer = answer.finish();
            async move { answer }
        };
        let refuse = move |request: HttpRequest| {
            if private {
                request.extensions_mut().insert(Private);
            }
            let problem = Problem::method_not_allowed(request.method().as_str(), &refused);
            async move { problem.response(&request) }
        };
        let mut resource = route::resource(self.path);
        for (_, route) in self.handlers {
            resource = resource.route(route);
        }
        config.service(
            resource
                .route(route::method(Method::OPTIONS).to(options))
                .default_service(route::to(refuse)),
        );
    }
}
