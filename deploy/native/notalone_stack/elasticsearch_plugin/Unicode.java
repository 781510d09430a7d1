package notalone.analysis;

import com.ibm.icu.text.FilteredNormalizer2;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.Transliterator;
import com.ibm.icu.text.UnicodeSet;
import java.util.Map;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2CharFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2Filter;
import org.apache.lucene.analysis.icu.ICUTransformFilter;
import org.apache.lucene.analysis.icu.segmentation.DefaultICUTokenizerConfig;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenizerFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The parts of ICU: words of any script, forms of the same character, folding. */
final class Unicode {

    private Unicode() {}

    static CharFilterFactory normalizerCharFilter(
        IndexSettings index, Environment environment, String name, Settings settings) {
        Normalizer2 form = normalizer(settings);
        return Filters.characters(name, input -> new ICUNormalizer2CharFilter(input, form));
    }

    static TokenizerFactory tokenizer(IndexSettings index, Environment environment, String name, Settings settings) {
        return new AbstractTokenizerFactory(name) {
            @Override
            public Tokenizer create() {
                return new ICUTokenizer(new DefaultICUTokenizerConfig(true, true));
            }
        };
    }

    static Map<String, AnalysisProvider<TokenFilterFactory>> tokenFilters() {
        return Map.of(
            "icu_normalizer", Filters.singleTokens(settings -> {
                Normalizer2 form = normalizer(settings);
                return input -> new ICUNormalizer2Filter(input, form);
            }),
            "icu_folding", Filters.singleTokens(settings -> {
                Normalizer2 form = restricted(ICUFoldingFilter.NORMALIZER, settings);
                return input -> new ICUFoldingFilter(input, form);
            }),
            "icu_transform", Filters.singleTokens(settings -> {
                boolean back = "reverse".equals(settings.get("dir"));
                Transliterator change = Transliterator.getInstance(
                    settings.get("id", "Null"), back ? Transliterator.REVERSE : Transliterator.FORWARD);
                return input -> new ICUTransformFilter(input, change);
            }));
    }

    private static Normalizer2 normalizer(Settings settings) {
        Normalizer2.Mode mode = "decompose".equals(settings.get("mode"))
            ? Normalizer2.Mode.DECOMPOSE
            : Normalizer2.Mode.COMPOSE;
        return restricted(Normalizer2.getInstance(null, settings.get("name", "nfkc_cf"), mode), settings);
    }

    /** Leaves characters outside "unicode_set_filter" alone, if that is set. */
    private static Normalizer2 restricted(Normalizer2 form, Settings settings) {
        String pattern = settings.get("unicode_set_filter");
        UnicodeSet touched = pattern == null ? UnicodeSet.EMPTY : new UnicodeSet(pattern).freeze();
        return touched.isEmpty() ? form : new FilteredNormalizer2(form, touched);
    }
}
