package org.pledge.soap.internal;

import java.util.ArrayList;
import java.util.List;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.pledge.vault.CardService;

/** The elements and types of {@code pledge-v1.xsd} about stored cards, each a class of the same name. */
public final class CardContract {
    private CardContract() {}

    @XmlRootElement(name = "storeCard")
    @XmlType(
            name = "",
            propOrder = {"idempotencyKey", "subject", "jwe"})
    public static final class StoreCard {
        String idempotencyKey;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String jwe;
    }

    @XmlRootElement(name = "storeCardResponse")
    @XmlType(
            name = "",
            propOrder = {"card"})
    public static final class StoreCardResponse {
        @XmlElement(required = true)
        Card card;

        static StoreCardResponse of(CardService.Card card) {
            StoreCardResponse response = new StoreCardResponse();
            response.card = Card.of(card);
            return response;
        }
    }

    @XmlRootElement(name = "listCards")
    @XmlType(
            name = "",
            propOrder = {"subject"})
    public static final class ListCards {
        @XmlElement(required = true)
        String subject;
    }

    @XmlRootElement(name = "listCardsResponse")
    @XmlType(
            name = "",
            propOrder = {"card"})
    public static final class ListCardsResponse {
        List<Card> card = new ArrayList<>();

        static ListCardsResponse of(List<CardService.Card> cards) {
            ListCardsResponse response = new ListCardsResponse();
            cards.stream().map(Card::of).forEach(response.card::add);
            return response;
        }
    }

    @XmlRootElement(name = "deleteCard")
    @XmlType(
            name = "",
            propOrder = {"token"})
    public static final class DeleteCard {
        @XmlElement(required = true)
        String token;
    }

    @XmlRootElement(name = "deleteCardResponse")
    @XmlType(
            name = "",
            propOrder = {"certificate"})
    public static final class DeleteCardResponse {
        @XmlElement(required = true)
        CardCertificate certificate;

        static DeleteCardResponse of(CardService.Certificate certificate) {
            DeleteCardResponse response = new DeleteCardResponse();
            response.certificate = CardCertificate.of(certificate);
            return response;
        }
    }

    @XmlType(
            name = "Card",
            propOrder = {"token", "subject", "network", "lastFour", "expires", "securityCodeGiven", "stored"})
    public static final class Card {
        @XmlElement(required = true)
        String token;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String network;

        @XmlElement(required = true)
        String lastFour;

        @XmlElement(required = true)
        @XmlSchemaType(name = "gYearMonth")
        String expires;

        boolean securityCodeGiven;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String stored;

        static Card of(CardService.Card c) {
            Card answer = new Card();
            answer.token = c.token();
            answer.subject = c.customer().toString();
            answer.network = c.network().name();
            answer.lastFour = c.lastFour();
            answer.expires = c.expires().toString();
            answer.securityCodeGiven = c.securityCodeGiven();
            answer.stored = c.stored().toString();
            return answer;
        }
    }

    @XmlType(
            name = "CardCertificate",
            propOrder = {"token", "deleted", "event", "leaf"})
    public static final class CardCertificate {
        @XmlElement(required = true)
        String token;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String deleted;

        @XmlElement(required = true)
        String event;

        @XmlElement(required = true)
        String leaf;

        static CardCertificate of(CardService.Certificate c) {
            CardCertificate answer = new CardCertificate();
            answer.token = c.token();
            answer.deleted = c.deleted().toString();
            answer.event = c.event().toString();
            answer.leaf = c.leaf();
            return answer;
        }
    }
}
