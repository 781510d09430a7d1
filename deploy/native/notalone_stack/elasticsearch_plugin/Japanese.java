package notalone.analysis;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ja.JapaneseBaseFormFilter;
import org.apache.lucene.analysis.ja.JapaneseCompletionFilter;
import org.apache.lucene.analysis.ja.JapaneseIterationMarkCharFilter;
import org.apache.lucene.analysis.ja.JapaneseKatakanaStemFilter;
import org.apache.lucene.analysis.ja.JapaneseNumberFilter;
import org.apache.lucene.analysis.ja.JapanesePartOfSpeechStopFilter;
import org.apache.lucene.analysis.ja.JapaneseReadingFormFilter;
import org.apache.lucene.analysis.ja.JapaneseTokenizer;
import org.apache.lucene.analysis.ja.dict.UserDictionary;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenizerFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The parts of kuromoji. */
final class Japanese {

    private Japanese() {}

    static CharFilterFactory iterationMarks(IndexSettings index, Environment environment, String name, Settings settings) {
        boolean kanji = settings.getAsBoolean("normalize_kanji", JapaneseIterationMarkCharFilter.NORMALIZE_KANJI_DEFAULT);
        boolean kana = settings.getAsBoolean("normalize_kana", JapaneseIterationMarkCharFilter.NORMALIZE_KANA_DEFAULT);
        return Filters.characters(name, input -> new JapaneseIterationMarkCharFilter(input, kanji, kana));
    }

    static TokenizerFactory tokenizer(IndexSettings index, Environment environment, String name, Settings settings) {
        UserDictionary words = userDictionary(environment, settings);
        JapaneseTokenizer.Mode mode = mode(settings);
        boolean dropPunctuation = settings.getAsBoolean("discard_punctuation", true);
        boolean dropCompounds = settings.getAsBoolean("discard_compound_token", false);
        return new AbstractTokenizerFactory(name) {
            @Override
            public Tokenizer create() {
                return new JapaneseTokenizer(words, dropPunctuation, dropCompounds, mode);
            }
        };
    }

    static AnalyzerProvider<JapaneseAnalyzer> analyzer(
        IndexSettings index, Environment environment, String name, Settings settings) {
        CharArraySet stopWords = Analysis.parseStopWords(environment, settings, JapaneseAnalyzer.getDefaultStopSet());
        JapaneseAnalyzer analyzer = new JapaneseAnalyzer(
            userDictionary(environment, settings), mode(settings), stopWords, JapaneseAnalyzer.getDefaultStopTags());
        return new AbstractIndexAnalyzerProvider<>(name) {
            @Override
            public JapaneseAnalyzer get() {
                return analyzer;
            }
        };
    }

    static Map<String, AnalysisProvider<TokenFilterFactory>> tokenFilters() {
        return Map.of(
            "kuromoji_baseform", Filters.tokens((environment, settings) -> JapaneseBaseFormFilter::new),
            "kuromoji_number", Filters.tokens((environment, settings) -> JapaneseNumberFilter::new),
            "kuromoji_part_of_speech", Filters.tokens((environment, settings) -> {
                List<String> given = Analysis.getWordList(environment, settings, "stoptags");
                Set<String> tags = given == null ? JapaneseAnalyzer.getDefaultStopTags() : Set.copyOf(given);
                return input -> new JapanesePartOfSpeechStopFilter(input, tags);
            }),
            "kuromoji_readingform", Filters.tokens((environment, settings) -> {
                boolean romaji = settings.getAsBoolean("use_romaji", false);
                return input -> new JapaneseReadingFormFilter(input, romaji);
            }),
            "kuromoji_stemmer", Filters.tokens((environment, settings) -> {
                int shortest = settings.getAsInt("minimum_length", JapaneseKatakanaStemFilter.DEFAULT_MINIMUM_LENGTH);
                return input -> new JapaneseKatakanaStemFilter(input, shortest);
            }),
            "kuromoji_completion", Filters.tokens((environment, settings) -> {
                String mode = settings.get("mode", "index").toUpperCase(Locale.ROOT);
                return input -> new JapaneseCompletionFilter(input, JapaneseCompletionFilter.Mode.valueOf(mode));
            }),
            "ja_stop", Filters.tokens((environment, settings) -> {
                CharArraySet usual = JapaneseAnalyzer.getDefaultStopSet();
                CharArraySet words = Analysis.parseWords(
                    environment, settings, "stopwords", usual, Map.of("_japanese_", usual),
                    settings.getAsBoolean("ignore_case", false));
                return input -> new StopFilter(input, words);
            }));
    }

    private static JapaneseTokenizer.Mode mode(Settings settings) {
        return JapaneseTokenizer.Mode.valueOf(settings.get("mode", "search").toUpperCase(Locale.ROOT));
    }

    /** Words from a file in the configuration folder or from the index settings; null when there are none. */
    private static UserDictionary userDictionary(Environment environment, Settings settings) {
        List<String> lines = Analysis.getWordList(
            environment, settings, "user_dictionary", "user_dictionary_rules", "lenient", false, true);
        if (lines == null || lines.isEmpty()) {
            return null;
        }
        try (StringReader reader = new StringReader(String.join("\n", lines))) {
            return UserDictionary.open(reader);
        } catch (IOException broken) {
            throw new UncheckedIOException("the user dictionary cannot be read", broken);
        }
    }
}
