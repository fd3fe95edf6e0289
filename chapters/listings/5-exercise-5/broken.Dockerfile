FROM docker-gs-ping:single

CMD /docker-gs-ping; echo "the service has ended"
