<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="fr_FR">
    <context>
        <name>Agenda</name>
        <message numerus="yes">
            <source>%n place(s) libre(s)</source>
            <translation>
                <numerusform>%n place libre</numerusform>
                <numerusform>%n places libres</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rendez-vous</source>
            <translation>
                <numerusform>%n rendez-vous</numerusform>
                <numerusform>%n rendez-vous</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n libre(s)</source>
            <translation>
                <numerusform>%n libre</numerusform>
                <numerusform>%n libres</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>et %n autre(s)</source>
            <translation>
                <numerusform>et %n autre</numerusform>
                <numerusform>et %n autres</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Attente habituelle ici : %n jour(s).</source>
            <translation>
                <numerusform>Attente habituelle ici : %n jour.</numerusform>
                <numerusform>Attente habituelle ici : %n jours.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n absence(s) ajoutée(s)</source>
            <translation>
                <numerusform>%n absence ajoutée</numerusform>
                <numerusform>%n absences ajoutées</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n déplacée(s)</source>
            <translation>
                <numerusform>%n déplacée</numerusform>
                <numerusform>%n déplacées</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n déjà connue(s)</source>
            <translation>
                <numerusform>%n déjà connue</numerusform>
                <numerusform>%n déjà connues</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n répétée(s), laissée(s) de côté</source>
            <translation>
                <numerusform>%n répétée, laissée de côté</numerusform>
                <numerusform>%n répétées, laissées de côté</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n trop loin ou déjà passée(s)</source>
            <translation>
                <numerusform>%n trop loin ou déjà passée</numerusform>
                <numerusform>%n trop loin ou déjà passées</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>depuis %n jour(s)</source>
            <translation>
                <numerusform>depuis %n jour</numerusform>
                <numerusform>depuis %n jours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n lieu(x)</source>
            <translation>
                <numerusform>%n lieu</numerusform>
                <numerusform>%n lieux</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n créneau(x) libre(s)</source>
            <translation>
                <numerusform>%n créneau libre</numerusform>
                <numerusform>%n créneaux libres</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Backups</name>
        <message numerus="yes">
            <source>%n élément(s) restauré(s).</source>
            <translation>
                <numerusform>%n élément restauré.</numerusform>
                <numerusform>%n éléments restaurés.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Elle garde aussi %n saisie(s) qui n’étai(en)t pas terminée(s).</source>
            <translation>
                <numerusform>Elle garde aussi %n saisie qui n’était pas terminée.</numerusform>
                <numerusform>Elle garde aussi %n saisies qui n’étaient pas terminées.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n élément(s) effacé(s)</source>
            <translation>
                <numerusform>%n élément effacé</numerusform>
                <numerusform>%n éléments effacés</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n élément(s) changé(s)</source>
            <translation>
                <numerusform>%n élément changé</numerusform>
                <numerusform>%n éléments changés</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n élément(s) écrit(s) depuis reste(nt) en place.</source>
            <translation>
                <numerusform>%n élément écrit depuis reste en place.</numerusform>
                <numerusform>%n éléments écrits depuis restent en place.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n autre(s) relève(nt) de collègues ou de dossiers qui ne sont plus ici : ce qui est en place reste.</source>
            <translation>
                <numerusform>%n autre relève de collègues ou de dossiers qui ne sont plus ici : ce qui est en place reste.</numerusform>
                <numerusform>%n autres relèvent de collègues ou de dossiers qui ne sont plus ici : ce qui est en place reste.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n de plus ne sont pas montré(s) ici.</source>
            <translation>
                <numerusform>%n de plus ne sont pas montré ici.</numerusform>
                <numerusform>%n de plus ne sont pas montrés ici.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Dossier</name>
        <message numerus="yes">
            <source>%n jour(s) de retard</source>
            <translation>
                <numerusform>%n jour de retard</numerusform>
                <numerusform>%n jours de retard</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rendez-vous proposé(s)</source>
            <translation>
                <numerusform>%n rendez-vous proposé</numerusform>
                <numerusform>%n rendez-vous proposés</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n appel(s) sans réponse.</source>
            <translation>
                <numerusform>%n appel sans réponse.</numerusform>
                <numerusform>%n appels sans réponse.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n place(s)</source>
            <translation>
                <numerusform>%n place</numerusform>
                <numerusform>%n places</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FreeText</name>
        <message numerus="yes">
            <source>%n autre(s) mot(s) à relire.</source>
            <translation>
                <numerusform>%n autre mot à relire.</numerusform>
                <numerusform>%n autres mots à relire.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Handout</name>
        <message numerus="yes">
            <source>%n passage(s) nommant une structure sensible ne figure(nt) pas sur la feuille.</source>
            <translation>
                <numerusform>%n passage nommant une structure sensible ne figure pas sur la feuille.</numerusform>
                <numerusform>%n passages nommant une structure sensible ne figurent pas sur la feuille.</numerusform>
            </translation>
        </message>
    </context>
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
        <name>Problems</name>
        <message numerus="yes">
            <source>Il reste %n essai(s) avant la phrase de passe.</source>
            <translation>
                <numerusform>Il reste %n essai avant la phrase de passe.</numerusform>
                <numerusform>Il reste %n essais avant la phrase de passe.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PersonRecords</name>
        <message numerus="yes">
            <source>répondu en %n jour(s)</source>
            <translation>
                <numerusform>répondu en %n jour</numerusform>
                <numerusform>répondu en %n jours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>sans réponse depuis %n jour(s)</source>
            <translation>
                <numerusform>sans réponse depuis %n jour</numerusform>
                <numerusform>sans réponse depuis %n jours</numerusform>
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
        <name>Safety</name>
        <message numerus="yes">
            <source>Il y a %n jour(s)</source>
            <translation>
                <numerusform>Il y a %n jour</numerusform>
                <numerusform>Il y a %n jours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Après %n minute(s)</source>
            <translation>
                <numerusform>Après %n minute</numerusform>
                <numerusform>Après %n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Permis, %n heure(s)</source>
            <translation>
                <numerusform>Permis, %n heure</numerusform>
                <numerusform>Permis, %n heures</numerusform>
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
            <source>Pendant %n heure(s) après la phrase de passe</source>
            <translation>
                <numerusform>Pendant %n heure après la phrase de passe</numerusform>
                <numerusform>Pendant %n heures après la phrase de passe</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n heure(s)</source>
            <translation>
                <numerusform>%n heure</numerusform>
                <numerusform>%n heures</numerusform>
            </translation>
        </message>
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
            <source>En attente d’envoi : %n modification(s).</source>
            <translation>
                <numerusform>En attente d’envoi : %n modification.</numerusform>
                <numerusform>En attente d’envoi : %n modifications.</numerusform>
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
            <source>%n élément(s) rendu(s) depuis une sauvegarde</source>
            <translation>
                <numerusform>%n élément rendu depuis une sauvegarde</numerusform>
                <numerusform>%n éléments rendus depuis une sauvegarde</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n document(s) envoyé(s)</source>
            <translation>
                <numerusform>%n document envoyé</numerusform>
                <numerusform>%n documents envoyés</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n document(s) reçu(s)</source>
            <translation>
                <numerusform>%n document reçu</numerusform>
                <numerusform>%n documents reçus</numerusform>
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
            <source>et %n autre(s), à la suite de ceux-ci</source>
            <translation>
                <numerusform>et %n autre, à la suite de ceux-ci</numerusform>
                <numerusform>et %n autres, à la suite de ceux-ci</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n jour(s) de retard</source>
            <translation>
                <numerusform>%n jour de retard</numerusform>
                <numerusform>%n jours de retard</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n personne(s) attend(ent)</source>
            <translation>
                <numerusform>%n personne attend</numerusform>
                <numerusform>%n personnes attendent</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n appel(s) sans réponse.</source>
            <translation>
                <numerusform>%n appel sans réponse.</numerusform>
                <numerusform>%n appels sans réponse.</numerusform>
            </translation>
        </message>
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
            <source>{0}, relais vers {1} : sans réponse depuis %n jour(s)</source>
            <translation>
                <numerusform>{0}, relais vers {1} : sans réponse depuis %n jour</numerusform>
                <numerusform>{0}, relais vers {1} : sans réponse depuis %n jours</numerusform>
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
        <name>Tour</name>
        <message numerus="yes">
            <source>%n lieu(x)</source>
            <translation>
                <numerusform>%n lieu</numerusform>
                <numerusform>%n lieux</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rendez-vous</source>
            <translation>
                <numerusform>%n rendez-vous</numerusform>
                <numerusform>%n rendez-vous</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rendez-vous sans lieu</source>
            <translation>
                <numerusform>%n rendez-vous sans lieu</numerusform>
                <numerusform>%n rendez-vous sans lieu</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n atelier(s)</source>
            <translation>
                <numerusform>%n atelier</numerusform>
                <numerusform>%n ateliers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n créneau(x) libre(s)</source>
            <translation>
                <numerusform>%n créneau libre</numerusform>
                <numerusform>%n créneaux libres</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Trips</name>
        <message numerus="yes">
            <source>%n trajet(s)</source>
            <translation>
                <numerusform>%n trajet</numerusform>
                <numerusform>%n trajets</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>VaultImport</name>
        <message numerus="yes">
            <source>%n personne(s)</source>
            <translation>
                <numerusform>%n personne</numerusform>
                <numerusform>%n personnes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n suivi(s)</source>
            <translation>
                <numerusform>%n suivi</numerusform>
                <numerusform>%n suivis</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n note(s)</source>
            <translation>
                <numerusform>%n note</numerusform>
                <numerusform>%n notes</numerusform>
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
    <context>
        <name>Workshops</name>
        <message numerus="yes">
            <source>%n place(s) prise(s)</source>
            <translation>
                <numerusform>%n place prise</numerusform>
                <numerusform>%n places prises</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n place(s)</source>
            <translation>
                <numerusform>%n place</numerusform>
                <numerusform>%n places</numerusform>
            </translation>
        </message>
    </context>
</TS>
