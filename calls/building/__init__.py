"""How a form is written: operations on its definition (calls.questionnaire), each giving a new one or refused with French sentences. Pure."""
