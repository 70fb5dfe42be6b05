//! What a route is made of: method, path, who may, how large its form may be, whether a look at it is noted, and the handler.

use super::access::{self, Access, Door};
use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use training::practicum::attachment::LARGEST;

/// Largest upload: 64 MiB holds every office of Japan four times.
pub const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;
/// Largest form with a file beside an entry.
const ATTACHMENT_LIMIT: usize = LARGEST + FORM_LIMIT;
/// Largest form without a file: the marks of a class.
const FORM_LIMIT: usize = 1024 * 1024;

/// One route.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
    /// Largest body, in bytes.
    pub limit: usize,
    /// Does whoever looks at it leave a trace in the read log?
    pub leaves_trace: bool,
    /// Is whoever comes asked anew who they are, unless they were some minutes ago?
    pub asks_again: bool,
    /// Does it take so much of a core that it takes turns with others?
    pub is_costly: bool,
    handler: MethodRouter<App>,
}

impl Route {
    /// Is its form one with files?
    pub fn takes_files(&self) -> bool {
        self.limit > FORM_LIMIT
    }

    /// It shows nobody's data but the reader's own: who looks at it is not noted.
    pub(crate) fn without_trace(self) -> Route {
        Route { leaves_trace: false, ..self }
    }

    /// It takes turns with other costly work.
    pub(crate) fn costly(self) -> Route {
        Route { is_costly: true, ..self }
    }

    /// What it does is dangerous: whoever comes shows anew who they are, unless they did some minutes ago.
    pub(crate) fn asks_again(self) -> Route {
        Route { asks_again: true, ..self }
    }

    /// The route behind its guard and its limit on bodies.
    pub(crate) fn guarded(self, app: &App) -> Router<App> {
        let door = Door::of(app, &self);
        Router::new().route(
            self.path,
            self.handler
                .layer(DefaultBodyLimit::max(self.limit))
                .layer(axum::middleware::from_fn_with_state(door, access::guard)),
        )
    }
}

/// Everybody's pages show nobody's data, and a trainee's the own alone. An act leaves a trace where its answer is a page or a file.
fn leaves_trace(access: Access) -> bool {
    access != Access::Public && access != access::TRAINEE
}

/// Documents are set and tables written.
fn is_document(path: &str) -> bool {
    path.ends_with("/pdf") || path.ends_with(".pdf") || path.ends_with("/{format}")
}

pub(crate) fn view<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        method: "GET",
        path,
        access,
        limit: FORM_LIMIT,
        leaves_trace: leaves_trace(access),
        asks_again: false,
        is_costly: is_document(path),
        handler: get(handler),
    }
}

pub(crate) fn act<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        method: "POST",
        path,
        access,
        limit: FORM_LIMIT,
        leaves_trace: leaves_trace(access),
        asks_again: false,
        is_costly: false,
        handler: post(handler),
    }
}

pub(crate) fn upload<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { limit: UPLOAD_LIMIT, ..act(path, access, handler) }
}

pub(crate) fn small_upload<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route { limit: ATTACHMENT_LIMIT, ..act(path, access, handler) }
}
