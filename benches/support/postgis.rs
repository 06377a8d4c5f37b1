//! The same question in PostGIS, where that is at hand: `MACHINAKA_TEST_POSTGRES` names a server
//! (`tests/support/with-postgres.sh` starts one), and `psql` asks it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use machinaka::coverage::population::Population;
use machinaka::domain::position::Position;

/// A server with PostGIS and the squares in it.
pub struct PostGis(String);

impl PostGis {
    /// Loads the squares; or says why there is nothing to compare with.
    pub fn with(population: &Population) -> Result<PostGis, String> {
        let server = std::env::var("MACHINAKA_TEST_POSTGRES");
        let server = server.map_err(|_| "no server: run it with tests/support/with-postgres.sh")?;
        let postgis = PostGis(server);
        postgis
            .run("create extension if not exists postgis", "")
            .map_err(|error| {
                format!("PostGIS is not installed there (Debian: postgresql-15-postgis-3): {error}")
            })?;
        let mut rows = String::new();
        for (municipality, cells, _) in population.parts() {
            for cell in cells {
                let centre = cell.centre();
                let (lon, lat, people) = (centre.lon(), centre.lat(), cell.people.total);
                rows += &format!("{municipality}\t{people}\tSRID=4326;POINT({lon} {lat})\n");
            }
        }
        postgis.run(
            "drop table if exists squares; create table squares (municipality text, people bigint, at geography)",
            "",
        )?;
        postgis.run("copy squares from stdin", &rows)?;
        postgis.run("analyze squares", "")?;
        Ok(postgis)
    }

    /// Puts the facilities in the place of others, with an index.
    pub fn place(&self, facilities: &[Position]) -> Result<(), String> {
        let row = |at: &Position| format!("SRID=4326;POINT({} {})\n", at.lon(), at.lat());
        let rows: String = facilities.iter().map(row).collect();
        self.run(
            "drop table if exists facilities; create table facilities (at geography)",
            "",
        )?;
        self.run("copy facilities from stdin", &rows)?;
        self.run("create index on facilities using gist (at)", "")?;
        self.run("analyze facilities", "")?;
        Ok(())
    }

    /// People within a distance, summed by municipality and then over all; with the milliseconds it took.
    pub fn covered(&self, metres: f64) -> Result<(f64, f64), String> {
        let start = Instant::now();
        let said = self.run(
            &format!(
                "select coalesce(sum(people), 0) from (select municipality, sum(people) as people from squares s \
                 where exists (select from facilities f where st_dwithin(s.at, f.at, {metres})) group by municipality) m"
            ),
            "",
        )?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        let people = said.trim().parse();
        Ok((people.map_err(|_| format!("no number: {said}"))?, took))
    }

    fn run(&self, sql: &str, input: &str) -> Result<String, String> {
        let mut psql = Command::new("psql")
            .args([self.0.as_str(), "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("psql: {error}"))?;
        let mut pipe = psql.stdin.take().ok_or("psql has no input")?;
        pipe.write_all(input.as_bytes())
            .map_err(|error| error.to_string())?;
        drop(pipe);
        let output = psql.wait_with_output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}
