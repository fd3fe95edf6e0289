use std::fmt;
use std::time::Duration;

/// A time in the format of RFC 3339, in UTC with milliseconds: `2026-11-23T23:37:45.123Z`.
#[derive(Clone, Copy)]
pub(crate) struct Timestamp {
    /// Time since the beginning of 1970, in UTC.
    pub(crate) since_epoch: Duration,
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.since_epoch.as_secs();
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        let millis = self.since_epoch.subsec_millis();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

/// Year, month and day of the `days`th day after 1970-01-01.
///
/// Years start in March, so that the leap day is the last day of a year: `civil_from_days` of
/// <https://howardhinnant.github.io/date_algorithms.html>.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_FROM_0000_03_01: u64 = 719_468;
    const DAYS_IN_400_YEARS: u64 = 146_097;

    let days = days + DAYS_FROM_0000_03_01;
    let (era, day) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day + 2) / 153;
    let day = day - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The seconds are the output of `date --utc --date=… +%s`.
    #[test]
    fn time_begins_in_1970() {
        check(0, 0, "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_fourth_year_has_a_leap_day() {
        check(1_709_251_199, 999, "2024-02-29T23:59:59.999Z");
    }

    #[test]
    fn a_hundredth_year_has_none() {
        check(4_107_542_400, 0, "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn a_four_hundredth_year_has_one() {
        check(951_782_400, 0, "2000-02-29T00:00:00.000Z");
    }

    #[test]
    fn a_year_ends_in_december() {
        check(1_798_761_599, 7, "2026-12-31T23:59:59.007Z");
    }

    #[track_caller]
    fn check(seconds: u64, millis: u64, expected: &str) {
        let since_epoch = Duration::from_secs(seconds) + Duration::from_millis(millis);
        assert_eq!(Timestamp { since_epoch }.to_string(), expected);
    }
}
