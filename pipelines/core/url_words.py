"""The words that sites put into paths, in seven languages, so that the rules hold no lists.

All words are lower case and without accents, as `posts` folds what it compares. Languages:
English, German, French, Spanish, Italian, Dutch, Portuguese.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: A directory of terms: it and all below it are listings.
CATEGORY = _words("""
    category categories kategorie kategorien categoria categorias categorie categorieen
    rubrik rubriken rubrique rubriques rubriek rubrica taxonomy
""")
TAG = _words("""
    tag tags tagged label labels hashtag hashtags schlagwort schlagworte schlagworter
    schlagwoerter stichwort etiquette etiquettes etiqueta etiquetas etichetta etichette
    trefwoord trefwoorden marcador
""")
AUTHOR = _words("""
    author authors contributor contributors autor autoren autores auteur auteurs autore autori
""")
SEARCH = _words("""
    search suche suchen recherche rechercher buscar busca busqueda cerca ricerca zoeken
    pesquisa pesquisar
""")
#: Terms that a feed or a sitemap of posts may overrule: /topics/why-we-sleep.
TOPIC = _words("""
    topic topics theme themes series thema themen serie sujet sujets tema temas temi
    onderwerp onderwerpen
""")
FEED = _words("feed feeds rss rss2 atom rdf")
#: What stands before the number of a page of a listing.
PAGE = _words("page pages paged previous seite pagina")

#: Names of indexes; their children are posts.
INDEX = _words("""
    blog blogs weblog post posts blogposts article articles news newsroom journal archive
    archives timeline entries beitrage beitraege artikel aktuelles neuigkeiten nachrichten
    archiv actualites actualite articulos articulo noticias noticia archivo archivos articoli
    articolo notizie archivio nieuws berichten bericht archief artigos artigo arquivo arquivos
    blogue
""")
#: The same, by names that single posts may bear as well: /reflections.
ESSAYS = _words("""
    insights stories essays writing writings musings reflections thoughts notes fieldnotes
    magazine magazin newsletter newsletters column columns reviews letters diary
    ratgeber tagebuch opinion
""")
#: Names of indexes whose children may be anything.
LIBRARY = _words("""
    library learn resources resource publications tips podcast podcasts episodes glossary
    recursos ressources risorse bronnen publikationen wissen
""")
#: Words that stand beside the name of an index: /our-latest-posts.
INDEX_FILLERS = _words("""
    our my the latest recent all list grid main home index and more events read field page
    unser unsere mein alle le la les el il de het nos mon notre tous todos tutti onze mijn
""")
#: Words that stand beside the name of an index and of resources only: mental-health-articles.
INDEX_TOPICS = _words("""
    therapy therapist counselling counseling psychology psychotherapy mental health wellness
    wellbeing helpful useful online free community updates update overview section in media
    press video videos links feed masonry sidebar left right full width standard classic
    layout style two three with
""")
#: Names of lists below an index: /blog/latest.
SUBLISTS = _words("all latest recent featured popular index main home list newest archive")
#: What stands before the name of a term: /product-category/mugs.
TERM_KINDS = _words("product project portfolio event video podcast resource")
#: Words of links that open one post.
TEASER = _words("read more continue full")
#: Words that no index name has, but titles that end in "blog" do: why-i-blog.
TITLE_WORDS = _words("""
    a an i to why how when what is are was this that your you we on of it me can do should for
    first start starting welcome not as from
""")
#: Directories of single posts, where a bare number is an id: /article/3834.
SINGULAR = _words("""
    post article entry story p f b node item view single-post beitrag artikel articulo noticia
    articolo bericht artigo
""")

HOME = _words("index home homepage default main welcome startseite hauptseite accueil inicio")
#: Words that stand beside them: /home-page-2.
HOME_FILLERS = _words("page new old")

#: Pages that are about the practice and its site.
UTILITY = _words("""
    about contact contacts service services fee fees rate rates pricing prices insurance faq
    faqs testimonial testimonials team staff shop store cart basket checkout account
    login logout signin signup register subscribe unsubscribe privacy policy policies cookie
    cookies terms conditions disclaimer legal imprint book booking bookings appointment
    appointments schedule scheduling calendar event events workshop workshops gallery portfolio
    donate sitemap thank thanks thankyou subscribing contacting 404 error form forms
    download downloads location
    locations directions careers jobs press links partners accessibility consultation
    specialties specialities treatments treatment credentials qualifications portal referrals
    referral supervision intake voucher vouchers course courses
    class classes product products forum forums
    members profile profiles bio biography wishlist password confirm confirmation sample
    therapists therapist counsellors counselors providers practitioners therapies approach
    uber ueber kontakt leistungen angebot angebote preise kosten honorar impressum datenschutz
    datenschutzerklarung datenschutzerklaerung agb termin termine terminbuchung anfahrt praxis
    veranstaltungen danke warenkorb kasse anmelden
    propos tarif tarifs honoraires mentions legales confidentialite equipe rdv boutique
    panier connexion
    temoignages prestations merci
    acerca sobre contacto servicio servicios tarifas precios privacidad aviso equipo tienda
    carrito testimonios cita citas reservas gracias quienes
    chi contatti servizi prezzi tariffe recensioni prenota prenotazioni negozio carrello grazie
    over diensten tarieven voorwaarden afspraak winkel winkelwagen bedankt privacybeleid
    privacyverklaring cookiebeleid
    contato servicos precos privacidade loja carrinho depoimentos obrigado agendar
""")
UTILITY_FILLERS = _words("""
    a an the our my me us with and of to for now here in online page free your you new client
    clients patient patients practice therapy counselling counseling private get meet make
    request option options info information what we do i how or use is who areas area
    mich uns mir und die der das fur fuer
    le la les de des du nous moi vous et en a vie prendre rendez
    el los las y mi nosotros somos
    il lo gli di noi e ci siamo sono
    ons mij mijn wij het een o os as nos mim quem
    politica politique notice statement map out lost not found
""")
#: Directories, beside those, whose children are pages of the practice.
SERVICE_SECTIONS = _words("therapy counselling counseling people groups users user")
#: First words of names of such pages: about-julie.
ABOUT = _words("about contact uber ueber kontakt")
#: Keys of a query: of one post, of a page of a listing, of what is no post.
ID_KEYS = _words("p id idx articleid postid post_id no nid storyid")
PAGE_KEYS = _words("page pg pagenum e-page query-page")
OTHER_KEYS = _words("page_id attachment_id add-to-cart product preview")
#: Paths of programs, not of readers.
TECHNICAL = _words("""
    wp-admin wp-login wp-json wp-content wp-includes wp-cron wp-signup xmlrpc embed embeds
    oembed attachment attachments cgi-bin cdn-cgi trackback _api css js assets
""")
PAGE_EXTENSIONS = _words("html htm xhtml shtml phtml php php5 asp aspx jsp jspx cfm do")
FILE_EXTENSIONS = _words("""
    pdf jpg jpeg png gif svg webp avif ico bmp tif tiff css js mjs map json xml xsl rss atom rdf
    txt md csv zip gz tgz rar 7z tar exe dmg apk mp3 mp4 m4a m4v ogg ogv wav flac webm avi mov
    wmv mkv ics vcf doc docx xls xlsx ppt pptx pps odt ods odp rtf epub mobi woff woff2 ttf eot
    otf swf
""")
MONTHS = _words("""
    jan january januar janvier enero gennaio januari janeiro gen ene
    feb february februar fevrier fev febrero febbraio februari fevereiro
    mar march marz maerz mars marzo maart marco mrz
    apr april avril abril aprile avr abr
    may mai mayo maggio mei maio mag
    jun june juni juin junio giugno junho giu
    jul july juli juillet julio luglio julho lug
    aug august aout agosto augustus ago
    sep sept september septembre septiembre settembre setembro
    oct october oktober octobre octubre ottobre outubro okt ott out
    nov november novembre noviembre novembro
    dec december dezember decembre diciembre dicembre dezembro dez dic
""")
