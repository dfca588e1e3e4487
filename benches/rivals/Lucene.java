// Lucene as a rival: `java -cp JAR Lucene.java index LINES DIR`, `... query DIR QUERIES WARM_UP_S ROUNDS`.
// What it prints is said in compare.py. Headline and body in one field, English analyzer, BM25, one thread.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;

public class Lucene {
    static final EnglishAnalyzer ANALYZER = new EnglishAnalyzer();

    public static void main(String[] args) throws Exception {
        if (args[0].equals("index")) {
            index(Path.of(args[1]), Path.of(args[2]));
        } else {
            query(Path.of(args[1]), Path.of(args[2]), Double.parseDouble(args[3]), Integer.parseInt(args[4]));
        }
    }

    static void index(Path lines, Path dir) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig(ANALYZER).setRAMBufferSizeMB(48);
        config.setSimilarity(new BM25Similarity());
        ObjectMapper json = new ObjectMapper();
        try (MMapDirectory directory = new MMapDirectory(dir);
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader reader = Files.newBufferedReader(lines)) {
            for (String line; (line = reader.readLine()) != null; ) {
                JsonNode record = json.readTree(line);
                String title = record.path("title").asText("");
                String text = record.path("text").asText("");
                Document document = new Document();
                document.add(new StringField("id", record.path("id").asText(), Field.Store.YES));
                document.add(new TextField("all", title + "\n" + text, Field.Store.YES));
                writer.addDocument(document);
            }
            writer.commit();
        }
    }

    static void query(Path dir, Path queries, double warmUp, int rounds) throws Exception {
        List<String> classes = new ArrayList<>();
        List<Query> all = new ArrayList<>();
        for (String line : Files.readAllLines(queries)) {
            String[] parts = line.split("\t");
            classes.add(parts[0]);
            all.add(read(parts[0], parts[1].split(" ")));
        }
        try (DirectoryReader reader = DirectoryReader.open(new MMapDirectory(dir))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(new BM25Similarity());
            Map<String, Long> hits = new TreeMap<>();
            for (int at = 0; at < all.size(); at++) {
                hits.merge(classes.get(at), (long) searcher.count(all.get(at)), Long::sum);
            }
            List<Integer> order = new ArrayList<>();
            for (int at = 0; at < all.size(); at++) {
                order.add(at);
            }
            Random dice = new Random(7);
            long end = System.nanoTime() + (long) (warmUp * 1e9);
            while (System.nanoTime() < end) {
                Collections.shuffle(order, dice);
                for (int at : order) {
                    ask(searcher, all.get(at));
                }
            }
            Map<String, List<Long>> timings = new TreeMap<>();
            for (int round = 0; round < rounds; round++) {
                Collections.shuffle(order, dice);
                for (int at : order) {
                    long start = System.nanoTime();
                    ask(searcher, all.get(at));
                    long took = System.nanoTime() - start;
                    timings.computeIfAbsent(classes.get(at), name -> new ArrayList<>()).add(took);
                }
            }
            for (Map.Entry<String, List<Long>> of : timings.entrySet()) {
                long[] sorted = of.getValue().stream().mapToLong(Long::longValue).sorted().toArray();
                System.out.printf("%s\t%.1f\t%.1f\t%d%n", of.getKey(), at(sorted, 50), at(sorted, 99), hits.get(of.getKey()));
            }
        }
    }

    static double at(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e3;
    }

    static int ask(IndexSearcher searcher, Query query) throws Exception {
        int length = 0;
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
            length += searcher.storedFields().document(hit.doc, Set.of("id")).get("id").length();
        }
        return length;
    }

    static Query read(String kind, String[] words) throws Exception {
        List<Term> terms = new ArrayList<>();
        for (String word : words) {
            try (TokenStream stream = ANALYZER.tokenStream("all", word)) {
                CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
                stream.reset();
                while (stream.incrementToken()) {
                    terms.add(new Term("all", term.toString()));
                }
                stream.end();
            }
        }
        if (kind.startsWith("phrase")) {
            PhraseQuery.Builder phrase = new PhraseQuery.Builder();
            terms.forEach(phrase::add);
            return phrase.build();
        }
        Occur occur = kind.startsWith("or") ? Occur.SHOULD : Occur.MUST;
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        terms.forEach(term -> query.add(new TermQuery(term), occur));
        return terms.size() == 1 ? new TermQuery(terms.get(0)) : query.build();
    }
}
