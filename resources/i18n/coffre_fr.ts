<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="fr_FR">
    <context>
        <name>Import</name>
        <message numerus="yes">
            <source>%n dossier(s) ouvert(s).</source>
            <translation>
                <numerusform>%n dossier ouvert.</numerusform>
                <numerusform>%n dossiers ouverts.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Importer %n personne(s)</source>
            <translation>
                <numerusform>Importer %n personne</numerusform>
                <numerusform>Importer %n personnes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Persons</name>
        <message numerus="yes">
            <source>%n personne(s) sur ce poste</source>
            <translation>
                <numerusform>%n personne sur ce poste</numerusform>
                <numerusform>%n personnes sur ce poste</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n personne(s) trouvée(s)</source>
            <translation>
                <numerusform>%n personne trouvée</numerusform>
                <numerusform>%n personnes trouvées</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SamePerson</name>
        <message numerus="yes">
            <source>%n suivi(s)</source>
            <translation>
                <numerusform>%n suivi</numerusform>
                <numerusform>%n suivis</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message numerus="yes">
            <source>%n minute(s)</source>
            <translation>
                <numerusform>%n minute</numerusform>
                <numerusform>%n minutes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Sync</name>
        <message numerus="yes">
            <source>%n modification(s) refusée(s) par le bureau</source>
            <translation>
                <numerusform>%n modification refusée par le bureau</numerusform>
                <numerusform>%n modifications refusées par le bureau</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Vérification : %n fiche(s) relue(s), tout concorde.</source>
            <translation>
                <numerusform>Vérification : %n fiche relue, tout concorde.</numerusform>
                <numerusform>Vérification : %n fiches relues, tout concorde.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n modification(s) en attente</source>
            <translation>
                <numerusform>%n modification en attente</numerusform>
                <numerusform>%n modifications en attente</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n dossier(s) sur ce poste.</source>
            <translation>
                <numerusform>%n dossier sur ce poste.</numerusform>
                <numerusform>%n dossiers sur ce poste.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>En attente d’envoi : %n modification(s).</source>
            <translation>
                <numerusform>En attente d’envoi : %n modification.</numerusform>
                <numerusform>En attente d’envoi : %n modifications.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Tout est confirmé par le bureau, sauf %n modification(s) refusée(s), gardée(s) ici.</source>
            <translation>
                <numerusform>Tout est confirmé par le bureau, sauf %n modification refusée, gardée ici.</numerusform>
                <numerusform>Tout est confirmé par le bureau, sauf %n modifications refusées, gardées ici.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n envoyée(s)</source>
            <translation>
                <numerusform>%n envoyée</numerusform>
                <numerusform>%n envoyées</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n reçue(s)</source>
            <translation>
                <numerusform>%n reçue</numerusform>
                <numerusform>%n reçues</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Text</name>
        <message numerus="yes">
            <source>dans %n jour(s)</source>
            <translation>
                <numerusform>dans %n jour</numerusform>
                <numerusform>dans %n jours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>il y a %n minute(s)</source>
            <translation>
                <numerusform>il y a %n minute</numerusform>
                <numerusform>il y a %n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>il y a %n jour(s)</source>
            <translation>
                <numerusform>il y a %n jour</numerusform>
                <numerusform>il y a %n jours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n an(s)</source>
            <translation>
                <numerusform>%n an</numerusform>
                <numerusform>%n ans</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n octet(s)</source>
            <translation>
                <numerusform>%n octet</numerusform>
                <numerusform>%n octets</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n mois</source>
            <translation>
                <numerusform>%n mois</numerusform>
                <numerusform>%n mois</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Today</name>
        <message numerus="yes">
            <source>%n rendez-vous</source>
            <translation>
                <numerusform>%n rendez-vous</numerusform>
                <numerusform>%n rendez-vous</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n absence(s)</source>
            <translation>
                <numerusform>%n absence</numerusform>
                <numerusform>%n absences</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>et %n autre(s), à la suite de ceux-ci</source>
            <translation>
                <numerusform>et %n autre, à la suite de ceux-ci</numerusform>
                <numerusform>et %n autres, à la suite de ceux-ci</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n modification(s) croisée(s) à relire</source>
            <translation>
                <numerusform>%n modification croisée à relire</numerusform>
                <numerusform>%n modifications croisées à relire</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n modification(s) que le bureau n’a pas prise(s), gardée(s) sur ce poste</source>
            <translation>
                <numerusform>%n modification que le bureau n’a pas prise, gardée sur ce poste</numerusform>
                <numerusform>%n modifications que le bureau n’a pas prises, gardées sur ce poste</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>et %n autre(s) cas semblable(s)</source>
            <translation>
                <numerusform>et %n autre cas semblable</numerusform>
                <numerusform>et %n autres cas semblables</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Withdrawn</name>
        <message numerus="yes">
            <source>%n modification(s) n’étai(en)t pas au bureau : c’est perdu, et le serveur n’en garde rien.</source>
            <translation>
                <numerusform>%n modification n’était pas au bureau : c’est perdu, et le serveur n’en garde rien.</numerusform>
                <numerusform>%n modifications n’étaient pas au bureau : c’est perdu, et le serveur n’en garde rien.</numerusform>
            </translation>
        </message>
    </context>
</TS>
