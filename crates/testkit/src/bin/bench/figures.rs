//! Figures: percentiles, medians, and the table.

use serde_json::{Map, Value, json};

/// The value at a share of sorted values.
fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

/// Times in milliseconds, summed up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl Times {
    /// Of times in nanoseconds.
    pub fn of(nanoseconds: Vec<u64>) -> Self {
        let mut sorted: Vec<f64> = nanoseconds.into_iter().map(|time| time as f64 / 1e6).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Self { p50: at(&sorted, 0.5), p99: at(&sorted, 0.99), max: at(&sorted, 1.0) }
    }

    /// The medians of several rounds.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| median(rounds.iter().map(part).collect());
        Self { p50: of(|times| times.p50), p99: of(|times| times.p99), max: of(|times| times.max) }
    }
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    at(&values, 0.5)
}

/// All that was measured.
#[derive(Default)]
pub struct Report {
    parts: Map<String, Value>,
}

impl Report {
    /// Begins a part, with the names of its columns.
    pub fn part(&mut self, title: &str, columns: &[&str]) {
        println!("\n{title}");
        print_row("", &columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>());
    }

    /// A row: each value with its name in the JSON and how many decimals it is shown with.
    pub fn row(&mut self, part: &str, label: &str, values: &[(&str, f64, usize)]) {
        print_row(label, &values.iter().map(|(_, value, decimals)| shown(*value, *decimals)).collect::<Vec<_>>());
        let rows = self.parts.entry(part).or_insert_with(|| json!([]));
        let mut row = Map::from_iter([("name".to_owned(), json!(label))]);
        // What cannot be compared is null.
        row.extend(values.iter().map(|(name, value, _)| ((*name).to_owned(), json!(value))));
        if let Some(rows) = rows.as_array_mut() {
            rows.push(Value::Object(row));
        }
    }

    /// Something that could not be measured here, and why.
    pub fn skip(&mut self, what: &str, reason: &str) {
        println!("SKIPPED: {what} - {reason}");
        let skipped = self.parts.entry("skipped").or_insert_with(|| json!([]));
        if let Some(skipped) = skipped.as_array_mut() {
            skipped.push(json!({ "name": what, "reason": reason }));
        }
    }

    /// A fact beside the parts.
    pub fn fact(&mut self, name: &str, value: Value) {
        self.parts.insert(name.to_owned(), value);
    }

    /// Writes everything down.
    pub fn save(self, path: &std::path::Path) {
        let text = serde_json::to_string_pretty(&Value::Object(self.parts)).expect("JSON");
        std::fs::write(path, text + "\n").expect("the figures are written");
        println!("\n{}", path.display());
    }
}

fn print_row(label: &str, cells: &[String]) {
    let cells: String = cells.iter().map(|cell| format!("{cell:>14}")).collect();
    println!("{label:<34}{cells}");
}

/// A number with its thousands apart.
fn shown(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let text = format!("{value:.decimals$}");
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let mut apart = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 && digit.is_ascii_digit() && !apart.ends_with('-') {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart + &rest
}
