//! Values as they may be shown: without keys, without the passwords in addresses.

use super::settings::Shown;

/// A value as it may be shown.
pub(crate) fn value(shown: Shown, text: &str) -> String {
    match shown {
        Shown::Open => text.to_owned(),
        Shown::Url => url(text),
        Shown::Never => "(set, not shown)".to_owned(),
    }
}

/// An address without its password, and without parameters, which may hold one too.
pub(crate) fn url(text: &str) -> String {
    let (text, query) = match text.split_once('?') {
        Some((text, _)) => (text, "?…"),
        None => (text, ""),
    };
    let Some((scheme, rest)) = text.split_once("://") else { return format!("{text}{query}") };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A password may hold an unescaped `@` or `/`: what stands before the last `@` of all is not shown.
    match (authority.rsplit_once('@'), rest.rsplit_once('@')) {
        (Some((user, host)), _) if !path.contains('@') => {
            let name = user.split_once(':').map_or("…", |(name, _)| name);
            format!("{scheme}://{name}:…@{host}{path}{query}")
        }
        (_, Some((_, end))) => format!("{scheme}://…@{end}{query}"),
        _ => format!("{scheme}://{rest}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (given, shown) in [
            ("sqlite:///srv/talker.db", "sqlite:///srv/talker.db"),
            ("postgres://aya:hunter2@db:5432/talker", "postgres://aya:…@db:5432/talker"),
            ("postgres://aya:hunter2@db/talker?password=hunter2", "postgres://aya:…@db/talker?…"),
            ("postgres://aya:hun/ter@2@db/talker", "postgres://…@db/talker"),
            ("postgres://aya:hun@ter2@db/talker", "postgres://aya:…@db/talker"),
            ("redis://:hunter2@cache:6379/0", "redis://:…@cache:6379/0"),
            ("redis://hunter2@cache", "redis://…:…@cache"),
            ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
            ("hunter2", "hunter2"),
        ] {
            assert_eq!(url(given), shown, "{given}");
        }
        assert!(!value(Shown::Never, "hunter2").contains("hunter2"));
    }
}
