//! The routes of this area: path, who may, and the handler.

use super::{entry, identity, link, passkey, proposal, second_factor, sign_in, user};
use crate::shell::access::{ADMINISTRATOR, Access, EVERYBODY, STAFF};
use crate::shell::route::{Route, act, view};
use crate::shell::{proof, search};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/sign-in", Access::Public, sign_in::show),
        act("/sign-in", Access::Public, sign_in::submit),
        view("/sign-in/link/{token}", Access::Public, link::link),
        act("/sign-in/link/{token}", Access::Public, link::use_link),
        view("/sign-in/code", Access::Public, link::code),
        act("/sign-in/code", Access::Public, link::use_code),
        view("/sign-in/ask", Access::Public, link::ask),
        act("/sign-in/ask", Access::Public, link::asked),
        view("/sign-in/second", Access::Public, entry::second),
        act("/sign-in/second", Access::Public, entry::use_second),
        view("/sign-in/with/{identity}", Access::Public, identity::depart),
        view("/sign-in/with/{identity}/return", Access::Public, identity::arrive),
        act("/sign-in/passkey", Access::Public, passkey::sign_in),
        act("/sign-in/passkey/challenge", Access::Public, passkey::sign_in_challenge),
        act("/sign-in/second/passkey", Access::Public, passkey::second),
        act("/sign-in/second/passkey/challenge", Access::Public, passkey::second_challenge),
        act("/search", STAFF, search::search).without_trace(),
        view("/again", EVERYBODY, proof::show).without_trace(),
        act("/again", EVERYBODY, proof::answer).without_trace(),
        act("/again/challenge", EVERYBODY, proof::challenge).without_trace(),
        act("/second-factor/passkeys", EVERYBODY, passkey::add).without_trace().asks_again(),
        act("/second-factor/passkeys/challenge", EVERYBODY, passkey::offer).without_trace(),
        act("/second-factor/passkeys/end", EVERYBODY, passkey::end).without_trace().asks_again(),
        act("/password/identities/end", EVERYBODY, identity::end_link).without_trace().asks_again(),
        act("/password/identities/{identity}", EVERYBODY, identity::begin_link).without_trace().asks_again(),
        view("/second-factor", EVERYBODY, second_factor::show).without_trace(),
        act("/second-factor", EVERYBODY, second_factor::confirm).without_trace(),
        act("/second-factor/begin", EVERYBODY, second_factor::begin).without_trace(),
        act("/second-factor/codes", EVERYBODY, second_factor::renew).without_trace(),
        act("/second-factor/end", EVERYBODY, second_factor::end).without_trace(),
        act("/users/{user}/second-factor", ADMINISTRATOR, second_factor::ask_reset).asks_again(),
        act("/users/{user}/second-factor/decide", ADMINISTRATOR, second_factor::decide_reset).asks_again(),
        act("/sign-out", EVERYBODY, sign_in::sign_out).without_trace(),
        view("/language/{language}", Access::Public, sign_in::language),
        view("/password", EVERYBODY, user::own_password).without_trace(),
        act("/password", EVERYBODY, user::change_own_password).without_trace(),
        act("/password/sessions", EVERYBODY, user::end_session).without_trace(),
        view("/proposals", STAFF, proposal::list),
        act("/proposals/{proposal}/drop", STAFF, proposal::drop_one),
        act("/users/review", ADMINISTRATOR, user::review),
        view("/users", ADMINISTRATOR, user::list),
        act("/users", ADMINISTRATOR, user::create).asks_again(),
        view("/users/{user}", ADMINISTRATOR, user::show),
        act("/users/{user}", ADMINISTRATOR, user::change).asks_again(),
        act("/users/{user}/link", ADMINISTRATOR, user::send_link).asks_again(),
        act("/users/{user}/active", ADMINISTRATOR, user::set_active).asks_again(),
        act("/users/{user}/password", ADMINISTRATOR, user::reset_password).asks_again(),
    ]
}
