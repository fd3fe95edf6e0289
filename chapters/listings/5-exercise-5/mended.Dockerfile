FROM docker-gs-ping:single

CMD [ "/docker-gs-ping" ]
