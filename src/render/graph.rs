//! Who stands beside whom, for programs that draw networks (Gephi and its like): GraphML, and a table
//! of edges.
//!
//! The weight of an edge is the number of passages, headlines included, that hold both names.
//! GraphML: Brandes et al., "GraphML Progress Report", GD 2001; <http://graphml.graphdrawing.org>.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::backend::local::Network;

use super::csv::cell;
use super::escape;

/// The attributes of nodes and edges: key, of what, name, type.
const KEYS: [(&str, &str, &str, &str); 6] = [
    ("label", "node", "Label", "string"),
    ("kind", "node", "kind", "string"),
    ("articles", "node", "articles", "int"),
    ("mentions", "node", "mentions", "int"),
    ("weight", "edge", "weight", "double"),
    ("shared", "edge", "articles", "int"),
];

/// Writes a network as GraphML.
///
/// # Errors
///
/// Those of the writer.
pub fn graphml(out: &mut dyn Write, network: &Network) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("graphml");
    let root = root.with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    root.write_inner_content(|xml| {
        for (id, of, name, kind) in KEYS {
            let key = xml.create_element("key");
            let attributes = [("id", id), ("for", of), ("attr.name", name), ("attr.type", kind)];
            key.with_attributes(attributes).write_empty()?;
        }
        let graph = xml.create_element("graph").with_attribute(("edgedefault", "undirected"));
        graph.write_inner_content(|xml| {
            for (number, entry) in network.names.iter().enumerate() {
                let node = xml.create_element("node");
                let node = node.with_attribute(("id", format!("n{number}").as_str()));
                node.write_inner_content(|xml| {
                    data(xml, "label", &escape::line(&entry.name))?;
                    data(xml, "kind", &entry.kind.to_string())?;
                    data(xml, "articles", &entry.count.articles.to_string())?;
                    data(xml, "mentions", &entry.count.mentions.to_string())
                })?;
            }
            for ((one, other), shared) in &network.pairs {
                let (one, other) = (format!("n{one}"), format!("n{other}"));
                let edge = xml.create_element("edge");
                let edge =
                    edge.with_attributes([("source", one.as_str()), ("target", other.as_str())]);
                edge.write_inner_content(|xml| {
                    data(xml, "weight", &shared.passages.to_string())?;
                    data(xml, "shared", &shared.articles.to_string())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    writeln!(xml.get_mut())
}

fn data(xml: &mut Writer<&mut dyn Write>, key: &str, value: &str) -> io::Result<()> {
    let data = xml.create_element("data").with_attribute(("key", key));
    data.write_text_content(BytesText::new(value))?;
    Ok(())
}

/// Writes the edges of a network as a table that Gephi reads.
///
/// # Errors
///
/// Those of the writer.
pub fn edges(out: &mut dyn Write, network: &Network) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let columns = ["Source", "Target", "Type", "Weight", "Articles", "SourceKind", "TargetKind"];
    table.write_record(columns)?;
    for ((one, other), shared) in &network.pairs {
        let (Some(one), Some(other)) = (network.names.get(*one), network.names.get(*other)) else {
            continue;
        };
        table.write_record([
            cell(&one.name),
            cell(&other.name),
            "Undirected".to_owned(),
            shared.passages.to_string(),
            shared.articles.to_string(),
            one.kind.to_string(),
            other.kind.to_string(),
        ])?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::article::EntityKind;
    use crate::backend::local::Shared;
    use crate::entities::aliases::{Count, Entry};

    fn network() -> Network {
        let entry = |kind, name: &str| Entry {
            kind,
            name: name.to_owned(),
            within: None,
            count: Count { articles: 2, mentions: 5 },
            aliases: Vec::new(),
            members: Vec::new(),
            phrases: Vec::new(),
        };
        Network {
            names: vec![entry(EntityKind::Person, "=A & <B>"), entry(EntityKind::Place, "Kyiv")],
            pairs: BTreeMap::from([((0, 1), Shared { passages: 3, articles: 2 })]),
        }
    }

    #[test]
    fn a_network_in_xml() {
        let mut out = Vec::new();
        graphml(&mut out, &network()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }

    #[test]
    fn a_network_in_rows() {
        let mut out = Vec::new();
        edges(&mut out, &network()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
