package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.bind.JAXBContext;
import javax.xml.bind.JAXBException;
import javax.xml.bind.UnmarshalException;
import javax.xml.bind.Unmarshaller;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.Validator;
import javax.xml.validation.ValidatorHandler;
import org.junit.jupiter.api.Test;

class ReusedSchemaTest {
    private static final String GOOD = "<decide xmlns=\"urn:pledge:sharing:v1\">" + OperationsTest.ASK + "</decide>";
    private static final String UNKNOWN_FIELD = GOOD.replace("</decide>", "<more/></decide>");

    private final AtomicInteger made = new AtomicInteger();
    private final Schema counting = new Schema() {
        private final Schema schema = Xml.schema();

        @Override
        public Validator newValidator() {
            return schema.newValidator();
        }

        @Override
        public ValidatorHandler newValidatorHandler() {
            made.incrementAndGet();
            return schema.newValidatorHandler();
        }
    };
    private final Schema reused = new ReusedSchema(counting);

    private Contract.Decide read(String text) throws JAXBException {
        Unmarshaller unmarshaller =
                JAXBContext.newInstance(Contract.Decide.class).createUnmarshaller();
        unmarshaller.setSchema(reused);
        return unmarshaller
                .unmarshal(new StreamSource(new StringReader(text)), Contract.Decide.class)
                .getValue();
    }

    @Test
    void oneHandlerReadsSeveralDocumentsAndThenMakesRoomForAnother() throws JAXBException {
        for (int i = 0; i < 3 * ReusedSchema.USES; i++) {
            assertThat(read(GOOD).subject).isEqualTo(OperationsTest.SUBJECT);
        }
        assertThat(made).hasValue(3);
    }

    @Test
    void aHandlerThatRefusedADocumentIsNotUsedAgain() throws JAXBException {
        for (int i = 1; i <= 3; i++) {
            assertThatThrownBy(() -> read(UNKNOWN_FIELD)).isInstanceOf(UnmarshalException.class);
            assertThat(made).hasValue(i);
        }
        assertThat(read(GOOD).subject).isEqualTo(OperationsTest.SUBJECT);
        assertThat(made).hasValue(4);
    }

    @Test
    void aUsedHandlerRefusesWhatANewOneRefuses() throws JAXBException {
        read(GOOD);
        for (String text : new String[] {
            UNKNOWN_FIELD,
            GOOD.replace(OperationsTest.SUBJECT, "nobody"),
            GOOD.replace("urn:pledge:sharing:v1", "urn:other"),
            GOOD.replace("<decide ", "<decide more=\"1\" ")
        }) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(UnmarshalException.class);
            read(GOOD);
        }
    }

    @Test
    void twoDocumentsAtOnceHaveTwoHandlers() {
        ValidatorHandler one = reused.newValidatorHandler();
        ValidatorHandler other = reused.newValidatorHandler();
        assertThat(one).isNotSameAs(other);
        assertThat(made).hasValue(2);
    }
}
