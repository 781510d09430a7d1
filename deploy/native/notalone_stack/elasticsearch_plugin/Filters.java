package notalone.analysis;

import java.io.Reader;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Makes Elasticsearch's factories from functions over Lucene's streams. */
final class Filters {

    private Filters() {}

    /** A token filter whose settings are read once per index. */
    interface Recipe {
        UnaryOperator<TokenStream> read(Environment environment, Settings settings);
    }

    /** A filter that may look at neighbouring tokens. */
    static AnalysisProvider<TokenFilterFactory> tokens(Recipe recipe) {
        return (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> filter = recipe.read(environment, settings);
            return new AbstractTokenFilterFactory(name) {
                @Override
                public TokenStream create(TokenStream input) {
                    return filter.apply(input);
                }
            };
        };
    }

    /** A filter that works on each token alone, and so is allowed in the normalizer of a keyword field. */
    static AnalysisProvider<TokenFilterFactory> singleTokens(Function<Settings, UnaryOperator<TokenStream>> recipe) {
        return (index, environment, name, settings) -> new SingleTokens(name, recipe.apply(settings));
    }

    /** A filter of characters, before there are tokens. */
    static CharFilterFactory characters(String name, UnaryOperator<Reader> filter) {
        return new Characters(name, filter);
    }

    private static final class SingleTokens extends AbstractTokenFilterFactory implements NormalizingTokenFilterFactory {
        private final UnaryOperator<TokenStream> filter;

        SingleTokens(String name, UnaryOperator<TokenStream> filter) {
            super(name);
            this.filter = filter;
        }

        @Override
        public TokenStream create(TokenStream input) {
            return filter.apply(input);
        }
    }

    private static final class Characters extends AbstractCharFilterFactory implements NormalizingCharFilterFactory {
        private final UnaryOperator<Reader> filter;

        Characters(String name, UnaryOperator<Reader> filter) {
            super(name);
            this.filter = filter;
        }

        @Override
        public Reader create(Reader input) {
            return filter.apply(input);
        }
    }
}
