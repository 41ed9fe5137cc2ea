//! The server, as this client calls it: with a token that is renewed in time.

use std::fmt;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::sync::Mutex;

use super::json::At;
use super::kept::Kept;

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(20);

/// The same with a file, in or out.
const FILE_WITHIN: Duration = Duration::from_secs(30 * 60);

/// How long before its end a token is renewed.
const EARLY: Duration = Duration::from_secs(30);

/// What cannot be done, as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Trouble {
    text: String,
    /// Whether the server was not reached: the same may succeed later.
    pub(in crate::commands) passes: bool,
}

impl Trouble {
    /// A trouble that stays.
    pub(in crate::commands) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), passes: false }
    }

    /// One that may pass.
    pub(in crate::commands) fn passing(text: impl Into<String>) -> Self {
        Self { text: text.into(), passes: true }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.text.trim_end_matches('.'))
    }
}

/// A token and when it ends; none: the next must be asked for.
type Access = Option<(String, Instant)>;

/// The server, and as whom it is called.
pub(in crate::commands) struct Api {
    client: Client,
    /// Its address, without a slash at the end.
    pub(in crate::commands) server: String,
    /// `None`: the token was given, and cannot be renewed.
    kept: Option<Kept>,
    access: Mutex<Access>,
}

impl Api {
    fn new(server: &str, kept: Option<Kept>, access: Access) -> Result<Self, Trouble> {
        let (server, client) = (plain(server)?, client()?);
        Ok(Self { client, server, kept, access: Mutex::new(access) })
    }

    /// With a token that somebody else keeps good.
    pub(in crate::commands) fn showing(server: &str, token: &str) -> Result<Self, Trouble> {
        let long = Instant::now() + Duration::from_secs(24 * 60 * 60);
        Self::new(server, None, Some((token.to_owned(), long)))
    }

    /// As whoever signed in here before.
    pub(in crate::commands) fn resuming(server: &str, kept: Kept) -> Result<Self, Trouble> {
        Self::new(server, Some(kept), None)
    }

    /// Whether somebody signed in here before.
    pub(in crate::commands) fn is_known(server: &str, kept: &Kept) -> Result<bool, Trouble> {
        Ok(kept.hold()?.token(&plain(server)?)?.is_some())
    }

    /// Signs this terminal in, as a device.
    pub(in crate::commands) async fn sign_in(
        server: &str,
        kept: Kept,
        name: &str,
        password: &str,
    ) -> Result<Self, Trouble> {
        let api = Self::resuming(server, kept.clone())?;
        let form = [("grant_type", "password"), ("username", name), ("password", password), ("device", "talker chat")];
        let tokens = api.tokens(&form).await?;
        kept.hold()?.keep(&api.server, tokens.at("/refresh_token").as_str())?;
        *api.access.lock().await = access(&tokens);
        Ok(api)
    }

    /// Forgets who signed in here, and ends the device where the server can be reached.
    pub(in crate::commands) async fn sign_out(server: &str, kept: &Kept) -> Result<(), Trouble> {
        let api = Self::resuming(server, kept.clone())?;
        if kept.hold()?.token(&api.server)?.is_none() {
            return Ok(());
        }
        let ended = api.call(Method::POST, "/auth/logout", None).await;
        kept.hold()?.keep(&api.server, None)?;
        match ended {
            Err(trouble) if trouble.passes => Err(Trouble::new(format!(
                "Forgotten here, but {} was not reached: the device is still among those that are signed in there",
                api.server
            ))),
            _ => Ok(()),
        }
    }

    /// What a request to the interface answers.
    pub(in crate::commands) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Trouble> {
        let mut refused = None;
        loop {
            let token = self.token(refused.as_deref()).await?;
            let request = self.request(method.clone(), path).bearer_auth(&token);
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = request.send().await.map_err(|error| self.unreached(&error))?;
            let status = answer.status();
            // A token may end before its time: once, another is tried.
            if status == StatusCode::UNAUTHORIZED && refused.is_none() && self.kept.is_some() {
                refused = Some(token);
                continue;
            }
            let body: Value = answer.json().await.unwrap_or_default();
            return if status.is_success() { Ok(body) } else { Err(self.told(status, &body)) };
        }
    }

    /// What the server answers to a file, also where that is a problem.
    pub(in crate::commands) async fn send(
        &self,
        path: &str,
        kind: &str,
        file: Vec<u8>,
    ) -> Result<(StatusCode, Value), Trouble> {
        let mut refused = None;
        loop {
            let token = self.token(refused.as_deref()).await?;
            let request = self.request(Method::POST, path).timeout(FILE_WITHIN).bearer_auth(&token);
            let request = request.header("content-type", kind).body(file.clone());
            let answer = request.send().await.map_err(|error| self.unreached(&error))?;
            let status = answer.status();
            if status == StatusCode::UNAUTHORIZED && refused.is_none() && self.kept.is_some() {
                refused = Some(token);
                continue;
            }
            return Ok((status, answer.json().await.unwrap_or_default()));
        }
    }

    /// A file of the server, piece by piece.
    pub(in crate::commands) async fn open(&self, method: Method, path: &str) -> Result<Response, Trouble> {
        let token = self.token(None).await?;
        let request = self.request(method, path).timeout(FILE_WITHIN).bearer_auth(&token);
        let answer = request.send().await.map_err(|error| self.unreached(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        Err(self.told(status, &answer.json().await.unwrap_or_default()))
    }

    /// What a `GET` answers.
    pub(in crate::commands) async fn get(&self, path: &str) -> Result<Value, Trouble> {
        self.call(Method::GET, path, None).await
    }

    /// The request that opens the socket.
    pub(in crate::commands) fn socket(&self, token: &str) -> RequestBuilder {
        self.client.get(format!("{}/api/v1/chat/ws", self.server)).bearer_auth(token)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.server)).timeout(WITHIN)
    }

    /// A token that is good, and another than the one that was refused.
    pub(in crate::commands) async fn token(&self, refused: Option<&str>) -> Result<String, Trouble> {
        let mut held = self.access.lock().await;
        if let Some((token, until)) = held.as_ref()
            && Some(token.as_str()) != refused
            && *until > Instant::now()
        {
            return Ok(token.clone());
        }
        let signed_out =
            || Trouble::new(format!("Nobody is signed in at {} here: run `talker chat` on a terminal", self.server));
        let kept = self.kept.clone().ok_or_else(|| Trouble::new("The token in TALKER_TOKEN is not good any more"))?;
        let hold = kept.clone();
        // Another chat may hold it for as long as the server takes.
        let file = tokio::task::spawn_blocking(move || hold.hold()).await.map_err(|_| signed_out())??;
        let refresh = file.token(&self.server)?.ok_or_else(signed_out)?;
        let tokens = self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
        if tokens.as_ref().is_err_and(|trouble| !trouble.passes) {
            file.keep(&self.server, None)?;
            return Err(signed_out());
        }
        let tokens = tokens?;
        file.keep(&self.server, tokens.at("/refresh_token").as_str())?;
        *held = access(&tokens);
        held.as_ref().map(|(token, _)| token.clone()).ok_or_else(signed_out)
    }

    /// What the token endpoint gives.
    async fn tokens(&self, form: &[(&str, &str)]) -> Result<Value, Trouble> {
        let request =
            self.request(Method::POST, "/auth/token").header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(encoded(form)).send().await.map_err(|error| self.unreached(&error))?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        match status.is_success() {
            true => Ok(body),
            false => Err(self.told(status, &body)),
        }
    }

    /// That the server was not reached.
    pub(in crate::commands) fn unreached(&self, error: &reqwest::Error) -> Trouble {
        let why = if error.is_timeout() { "does not answer in time" } else { "cannot be reached" };
        Trouble::passing(format!("{} {why}", self.server))
    }

    /// What the server says of a request that it refuses.
    pub(in crate::commands) fn told(&self, status: StatusCode, body: &Value) -> Trouble {
        told(&self.server, status, body)
    }
}

/// What a server says of a request that it refuses: a problem, an error of its token endpoint, or of `/v1`.
pub(in crate::commands) fn told(server: &str, status: StatusCode, body: &Value) -> Trouble {
    let said = [body.at("/detail"), body.at("/error_description"), body.at("/error/message")];
    let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let text = match said.into_iter().find_map(Value::as_str) {
        Some(said) => super::screen::harmless(said),
        None => format!("{server} answers with status {}", status.as_u16()),
    };
    Trouble { text, passes }
}

/// A client that follows no other address: a token is for its server alone.
pub(in crate::commands) fn client() -> Result<Client, Trouble> {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).connect_timeout(WITHIN);
    builder.build().map_err(|_| Trouble::new("No network to talk over"))
}

/// The address of a server, in one form.
pub(in crate::commands) fn plain(server: &str) -> Result<String, Trouble> {
    let wrong = || Trouble::new("--server takes the address of a server, such as https://talker.example.org");
    let url = reqwest::Url::parse(server).map_err(|_| wrong())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.username().is_empty();
    if !is_web || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn access(tokens: &Value) -> Access {
    let good = Duration::from_secs(tokens.at("/expires_in").as_u64()?).saturating_sub(EARLY);
    Some((tokens.at("/access_token").as_str()?.to_owned(), Instant::now() + good))
}

/// A form, as browsers write it.
fn encoded(form: &[(&str, &str)]) -> String {
    let mut url = reqwest::Url::parse("http://form.invalid").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(form);
    }
    url.and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_one_address() {
        assert_eq!(plain("http://127.0.0.1:8080/").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(plain("https://Talker.example.org").unwrap(), "https://talker.example.org");
        for wrong in ["talker.example.org", "ftp://x", "http://", "http://a:b@x", "http://x/?a=b"] {
            assert!(plain(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_form_keeps_what_is_special() {
        assert_eq!(encoded(&[("a", "b c&d=é"), ("e", "+")]), "a=b+c%26d%3D%C3%A9&e=%2B");
    }
}
