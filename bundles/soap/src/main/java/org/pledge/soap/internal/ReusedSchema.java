package org.pledge.soap.internal;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.validation.Schema;
import javax.xml.validation.TypeInfoProvider;
import javax.xml.validation.Validator;
import javax.xml.validation.ValidatorHandler;
import org.w3c.dom.ls.LSResourceResolver;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.ErrorHandler;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;

/**
 * A schema whose handlers serve several documents, one after the other: making and warming one costs several times what
 * a request otherwise takes to be read. One that saw a document it did not like, or not to its end, is not used again.
 */
final class ReusedSchema extends Schema {
    /** A handler keeps the names it has seen, which are the callers' to choose. */
    static final int USES = 32;

    private static final int IDLE = 16;

    private final Schema schema;
    private final Queue<Used> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private record Used(ValidatorHandler handler, int times) {}

    ReusedSchema(Schema schema) {
        this.schema = schema;
    }

    @Override
    public Validator newValidator() {
        return schema.newValidator();
    }

    @Override
    public ValidatorHandler newValidatorHandler() {
        Used next = idle.poll();
        if (next == null) {
            return new Borrowed(new Used(schema.newValidatorHandler(), 0));
        }
        count.decrementAndGet();
        return new Borrowed(next);
    }

    private void giveBack(Used used) {
        ValidatorHandler handler = used.handler();
        handler.setContentHandler(null);
        handler.setErrorHandler(null);
        handler.setResourceResolver(null);
        if (used.times() + 1 < USES && count.getAndUpdate(now -> Math.min(IDLE, now + 1)) < IDLE) {
            idle.add(new Used(handler, used.times() + 1));
        }
    }

    /** For one document. */
    private final class Borrowed extends ValidatorHandler {
        private final Used used;
        private Optional<ContentHandler> receiver = Optional.empty();

        Borrowed(Used used) {
            this.used = used;
        }

        @Override
        public void endDocument() throws SAXException {
            used.handler().endDocument();
            giveBack(used);
        }

        @Override
        public void setContentHandler(ContentHandler handler) {
            receiver = Optional.ofNullable(handler);
            used.handler().setContentHandler(handler);
        }

        @Override
        public ContentHandler getContentHandler() {
            return receiver.orElse(null);
        }

        @Override
        public void setErrorHandler(ErrorHandler handler) {
            used.handler().setErrorHandler(handler);
        }

        @Override
        public ErrorHandler getErrorHandler() {
            return used.handler().getErrorHandler();
        }

        @Override
        public void setResourceResolver(LSResourceResolver resolver) {
            used.handler().setResourceResolver(resolver);
        }

        @Override
        public LSResourceResolver getResourceResolver() {
            return used.handler().getResourceResolver();
        }

        @Override
        public TypeInfoProvider getTypeInfoProvider() {
            return used.handler().getTypeInfoProvider();
        }

        @Override
        public void setDocumentLocator(Locator locator) {
            used.handler().setDocumentLocator(locator);
        }

        @Override
        public void startDocument() throws SAXException {
            used.handler().startDocument();
        }

        @Override
        public void startPrefixMapping(String prefix, String uri) throws SAXException {
            used.handler().startPrefixMapping(prefix, uri);
        }

        @Override
        public void endPrefixMapping(String prefix) throws SAXException {
            used.handler().endPrefixMapping(prefix);
        }

        @Override
        public void startElement(String uri, String name, String qualified, Attributes attributes) throws SAXException {
            used.handler().startElement(uri, name, qualified, attributes);
        }

        @Override
        public void endElement(String uri, String name, String qualified) throws SAXException {
            used.handler().endElement(uri, name, qualified);
        }

        @Override
        public void characters(char[] text, int start, int length) throws SAXException {
            used.handler().characters(text, start, length);
        }

        @Override
        public void ignorableWhitespace(char[] text, int start, int length) throws SAXException {
            used.handler().ignorableWhitespace(text, start, length);
        }

        @Override
        public void processingInstruction(String target, String data) throws SAXException {
            used.handler().processingInstruction(target, data);
        }

        @Override
        public void skippedEntity(String name) throws SAXException {
            used.handler().skippedEntity(name);
        }
    }
}
