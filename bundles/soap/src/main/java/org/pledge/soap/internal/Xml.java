package org.pledge.soap.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.bind.JAXBContext;
import javax.xml.bind.JAXBException;
import javax.xml.transform.dom.DOMResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Writes the contract's elements, and holds its files. */
final class Xml {
    private final JAXBContext context;

    Xml() {
        try {
            context = JAXBContext.newInstance(
                    Contract.Problem.class,
                    Contract.Share.class,
                    Contract.Withdraw.class,
                    CardContract.StoreCard.class,
                    RightsContract.OpenRequest.class);
        } catch (JAXBException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] bytes(Object element) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            context.createMarshaller().marshal(element, out);
        } catch (JAXBException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    Element dom(Object element) {
        DOMResult result = new DOMResult();
        try {
            context.createMarshaller().marshal(element, result);
        } catch (JAXBException e) {
            throw new IllegalStateException(e);
        }
        return ((Document) result.getNode()).getDocumentElement();
    }

    /** The schema that every request is held against; it refers to no other file. */
    static Schema schema() {
        SchemaFactory factory = SchemaFactory.newDefaultInstance();
        try (InputStream in = resource("pledge-v1.xsd").openStream()) {
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            return factory.newSchema(new StreamSource(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(String file) {
        try (InputStream in = resource(file).openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL resource(String file) {
        return Xml.class.getResource("/wsdl/" + file);
    }
}
