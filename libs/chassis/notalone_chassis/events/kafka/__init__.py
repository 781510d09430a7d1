"""Events on Kafka, by confluent-kafka's plain Producer and Consumer."""
