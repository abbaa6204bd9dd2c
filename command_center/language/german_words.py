"""German words that judge: our own list, written for this program, for posts about companies.

All words are folded (``domain/folding.py``: ae, oe, ue, ss). A trailing stands for any
ending, a leading one for any beginning. Weights: 2 is strong, 1 is usual.
Read by ``judges.py``; change a word here and measure again, as that module says.
"""

from typing import Final

NEGATIVE_STRONG: Final = """
abgezockt abgrundtief abscheulich* absturz* abzocke* affig* albtraum* alptraum* ankotz* armutszeugnis arschl*
asozial* attentat* behindert* bekloppt* bescheuert* betrogen betrueg* betrug* bloed bloede* boykott*
brandgefaehrlich* brandgeruch* brandkatastroph* dreckig* drecks* dreist* dumm dumme dummer ekelhaft* eklig*
entsetz* erbaermlich* ermord* explodier* explosion* fassungslos* feuer fick* frechheit* gefaengnis gefickt
geisel* gestorben getoetet giftig* grauenhaft* grauenvoll* graus grausam* hass hasse hassen hasst hoelle
hoellisch* horror* idiot* inkompeten* kack* kaputt* katastroph* korrup* kotz* kriminalit* kriminell*
lachnummer lebensgefaehrlich* lebensgefahr* leiche* luege luegen luegner* luegt menschenverachtend* mies miese
miesen mieser mieses miserabel* missbrauch* mist mord* niewieder nutzlos* panne* peinlich* pervers* pfusch*
pleite* qualm* rassis* rauchentwicklung ruecksichtslos* ruiniert* saftladen sauerei* saulaeden saumaessig*
schaebig* schaendlich* schande* scheiss* schlamperei* schlechteste* schlimmste* schnauze schrecklich* schrott*
schwachsinn* schweinerei* skandal* sterben stinken stinkt stirbt tod todesfall* toedlich* tote toten toter
totschlag* tragoedi* trauerspiel unerhoert* unertraeglich* unfaehig* unfall* unfassbar* unmenschlich*
unmoeglich* unverschaemt* unzumutbar* veraeppel* verarsch* verbrannt* verbrech* verbrennung* verdammt*
verflucht* vergewaltig* vergiftet* verletzt* verreck* versagen versager* versagt* verseucht* verwahrlost*
wertlos* widerlich* witzfigur* wuetend* wut zumutung* zynisch*
"""

NEGATIVE: Final = """
abbruch aberwitz* abgebrochen abgehaengt abgelehnt abgesagt abmahn* abschreck* abstieg absurd* abwaerts
abzocker* aengste aerger aergere aergerlich* aergern aergert alarm* angeklagt* angekokelt* angezeigt angriff*
angst anklage* anmassend* anschlag* arbeitskampf* argh arrogan* attack* aufgeb* auflauf ausfaelle ausfaellt
ausfall* ausgefallen ausgenutzt ausgeraubt ausgesperrt ausraub* ausrede* austritt auszufallen bankrott*
bedauer* bedenklich* bedroh* befuercht* behinder* belaest* beleidig* benachteilig* beschaedig* beschimpf*
beschwer* besorgt* bestech* bestohlen bestraf* betroffen* beule* bitter* blamabel* blamier* blockier* boah
boese brandgefahr brandwunde* brannte brennen brennend* brennt bruch chaos chaotisch* dauerbaustelle debakel
defekt* defizit* desaster* desolat* dichtgemacht dieb diebe diebstahl* diskriminier* drama dramatisch* drohen
droht drohung* durcheinander eingeschraenkt* eingestellt* einschraenk* elend* endlos* entgleis* entlass*
entschaedigung* enttaeusch* erfolglos* ernsthaft* ersatzverkehr* erschoepf* erschreck* erschuetter*
erstattung* evakuier* fahrgastrechte fahrlaessig* fail falsch* fatal* faul fehl* festgenommen* fiasko* fluchen
flucht fluchten frech* fremdenfeindlich* frier* frust* fuckup funken funkloch* funkloecher furchtbar*
gefaehrd* gefaehrlich* gefahr geklaut gekuendigt geldgier* genervt geschaedigt* geschlossen geschmolzen
geschockt geschrei gesperrt* gestank gestoert gestohlen gestrichen* gewalt* gierig* gift* grob* grr haesslich*
haftstrafe hetze hilflos* hindernis* hinterhaelt* hmpf illegal* irrsinn* jammer* kaelte katastrophe klagen
klagt klau klauen knapp kokel* kollaps* kollision* konflikt* kopfschuettel* kotzen krank* krise* kritik*
kritisch* kritisier* kundenunfreundlich* kurzschluss* laecherlich* laerm* laestig* lahmes lahmgelegt langsam*
langweil* leid leiden leider lustlos* maengel mangel* marode* meckern missachtung missfall* misslung*
misstrau* mobbing muehsam* muell* nachteil* negativ* nerv nerven nervig* nervt nervtoet* niederlage* not
notbrems* notfall* offline opfer orr overkill panik* pech pfui plump* problem* protest* pruegel* quaelerei
qual quatsch raeuber* randal* ratlos* raub* rauch rauchend* risiken risiko riskant* rueckgabe* rueckgang
rueckruf* ruhestoer* sabotage* sauer schad* schaeden schaem* scham* scheiter* schienenersatzverkehr* schikan*
schimpf* schlaegerei* schlamp* schlecht* schleppend* schlimm* schmerz* schmort schmuddel* schmutz* schock
schockier* schreie schreit schuld* schummel* schwach* schwarzfahr* schwierig* selbstmord* seltsam* shitstorm
sinnlos* sorge* spaet sperrung* spinnen spinner stau stehengeblieben stillstand stoer* strafanzeige* strafe*
straftat* streik* streit* stress* stromschlag* stur* suizid* tadel* taeter* tatort tatverdaecht* terror*
teuer* teure* toericht* trauer* traurig* trostlos* trueb* uebel* ueberfall* ueberfordert* ueberfuellt*
ueberhitz* ueberlast* ueberteuert* ueberzogen* unangenehm* unbefriedig* unbegreiflich* unbrauchbar*
undurchsichtig* unertraeg* unfair* unfreundlich* ungeduld* ungenuegend* ungerecht* unglueck* unhoeflich*
unlogisch* unmut* unnoetig* unpuenktlich* unruh* unsicher* unsinn* unterbroch* unterirdisch* unterlassen*
unterschlag* untragbar* unverantwortlich* unversch* unverstaendlich* unwohl unwuerdig* unzufrieden*
unzulaessig* unzureichend* unzuverlaessig* veraergert* veraltet* verbot* verdacht* verdreckt* verfehlt*
verfolgt* vergebens vergess* verhaftet* verkackt* verklag* verlier* verloren verlust* vernachlaess* vernicht*
verpass* verpeilt* verpest* verrat* verrueckt* versaeum* verschlechter* verschlepp* verschmort* verschmutz*
verschuld* verschwend* verschwind* verschwunden versifft* verspaet* verspottet verstopf* verstoss* verteuer*
vertusch* verunglueckt* verunsicher* verwirr* verwuest* verzoeg* verzweif* vollidiot* vorwuerfe* vorwurf*
warnen warnstreik* warnt warnung* warten wartet wartezeit* wegbleiben weiger* weinen wtf wucher* zerbroch*
zerstoer* zoeger* zoff zugausfaelle zugausfall* zurueckgeb* zurueckgeschickt zusammenstoss* zwang* zweifel*
zwischenfall*
"""

POSITIVE_STRONG: Final = """
ausgezeichnet* ausserordentlich* beeindruck* begeister* bestens bezaubernd* brillant* erstklassig* exzellent*
fabelhaft* fantastisch* genial* gluecklich* grandios* grossartig* herrlich* hervorragend* herzlich* himmlisch*
hoechstleistung* hurra juhu lobenswert* meisterhaft* perfekt* phaenomenal* phantastisch* prima sensationell*
spitze spitzen* super* tadellos* toll tolle tollen toller tolles tollste* traumhaft* ueberragend* unschlagbar*
vorbildlich* vorzueglich* weltklasse wunderbar* wunderschoen* wundervoll* yeah yippie
"""

POSITIVE: Final = """
<3 anerkenn* angenehm* applaus attraktiv* aufatmen ausgewogen* beeil* befoerder* befuerwort* begluck* beliebt*
bemueht* bequem* bereicher* beste besten bester bestes bewaehrt* bewundern* bravo chapeau charmant* clever*
cool* dankbar* danke danken dankeschoen dankesehr durchdacht* effizient* einwandfrei* elegant* empfehl*
empfohlen* entgegengekommen entgegenkommend* entschuldigt entspann* erfolg* erfreu* erholsam* erleichter*
ermutig* fair* flauschig* fleissig* flexibel* flott* fortschritt* freu freude freue freuen freundlich* freut
froehlich* froh geehrt* gefaellt gefallen gefreut geil* gelassen* gelungen* gemuetlich* geniess* genuss*
gerettet geschafft geschenk* gewinn* gewonnen glueck* gratis gratul* great guenstig* gunstig* gut gute guten
guter gutes haha happy harmonisch* heil herzlichst hihi hilfreich* hilfsbereit* hochwertig* hoeflich*
hoffnung* humorvoll* ideal* innovativ* jubel* juchu komfort* kompetent* kostenlos* kulant* kulanz laechel*
lecker* liebenswuerdig* lob lobe loben lobeswert* lobt lohnt* love lustig* motiviert* nachhaltig* nett* nice
optimal* optimistisch* pluspunkt* positiv* praktisch* preiswert* problemlos* puenktlich* rasch reibungslos*
respekt rettet sauber* schoen* souveraen* spannend* stolz* sympath* thanks thumbsup tipptopp top topp treu
uebersichtlich* umweltfreundlich* unkompliziert* verbesser* verlaesslich* verstaendnisvoll* vertrauen*
vorfreude vorteil* wertvoll* willkommen* wow yay zuegig* zufrieden* zuverlaessig* zuvorkommend*
"""

NEGATIONS: Final = """
fehlanzeige kaum kein keine keinem keinen keiner keinerlei ned net nich nicht nichts nie niemals nirgends null
ohne weder
"""

STRONGER: Final = """
absolut aeusserst dauernd dermassen echt extrem ganz hoechst immer komplett mega richtig sehr so staendig
total ueberaus ueberhaupt unglaublich voellig voll wieder
"""

WEAKER: Final = """
bisschen eher einigermassen etwas halbwegs leicht relativ wenig ziemlich
"""

CONTRAST: Final = """
aber allerdings dennoch doch jedoch trotzdem
"""

SIGNS: Final = {
    **dict.fromkeys("😡🤬😠💩🤮🤢😤👎😞😢😭😱💔🖕😒🙄😩😫😖😔😟", -1.0),
    **dict.fromkeys("😍🥰😊👍❤😀😃😄😁🎉👏💪😘🤩🙏☺😻💚💙✨😌", 1.0),
}
EMOTICONS: Final = {
    ":(": -1.0,
    ":-(": -1.0,
    ":/": -0.5,
    ":-/": -0.5,
    "-.-": -1.0,
    ":'(": -1.0,
    ":)": 0.7,
    ":-)": 0.7,
    "<3": 1.0,
}
