"""Write the sample texts and the question set of this folder.

    python data/make_samples.py            write the files
    python data/make_samples.py --check    exit 1 with a sentence if a file differs

Words end up parallel when they share two kinds of context: *role* words (streets and mayors stand
beside every city, borders beside every country) and *topic* words (perfume and the Seine beside
Paris, France and French alike). Every sentence here is drawn from a frame that offers one, the
other, or both. The frames use a small language, read by `Writer.expand`:

    [a|b|]     one of the alternatives, the last one being nothing; brackets nest
    {slot}     a word of the record at hand, else of the lists common to the text

Only `random.Random(seed).random()` is used, so that every Python writes the same bytes.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).resolve().parent
MIN_COUNT = 15  # how often every word of a question stands in the text, at least

T = TypeVar("T")
Record = dict[str, Sequence[str]]  # what may stand in each slot
Article = list[tuple[str, Record]]  # the frames that can speak of one subject
Pairs = list[tuple[str, str]]

ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
PREPOSITION = re.compile("^(above|across|along|at|down|in|on|over|round|through|under|up|with) ")


# --- Facts ---------------------------------------------------------------------------------------

# country | capital | adjective, which is also the language | food | goods | sights of the capital
COUNTRY_SLOTS = "country city lang food goods sight"
COUNTRIES = """
France|Paris|French|cheese, baguettes, croissants|wine, perfume|the Eiffel Tower, the Louvre
Germany|Berlin|German|sausages, pretzels|beer, cuckoo clocks|the Brandenburg Gate, the Reichstag
England|London|English|scones, muffins|cricket bats, raincoats|the Thames, Trafalgar Square
Italy|Rome|Italian|pizza, pasta, lasagne|marble, violins|the Colosseum, the Pantheon
Spain|Madrid|Spanish|paella, oranges|guitars, fans, castanets|the Prado, the Puerta del Sol
Japan|Tokyo|Japanese|sushi, ramen|robots, kimonos|the Skytree, the Shibuya crossing
China|Beijing|Chinese|dumplings, noodles|silk, porcelain|the Temple of Heaven, Tiananmen
Russia|Moscow|Russian|caviar, blini|ballet shoes, samovars|the Kremlin, the Bolshoi
Greece|Athens|Greek|olives, feta|statues, myths, vases|the Acropolis, the Parthenon
Poland|Warsaw|Polish|pierogi, gingerbread|amber, mazurkas|the Vistula, the Barbican
Sweden|Stockholm|Swedish|meatballs, herring|matches, furniture|the Vasa, Skansen
Portugal|Lisbon|Portuguese|sardines, custard tarts|cork, tiles|the Tagus, the Belem Tower
Norway|Oslo|Norwegian|salmon, waffles|skis, trolls|the Akershus fortress, Holmenkollen
Ireland|Dublin|Irish|stew, oysters|harps, fiddles|the Liffey, Trinity College
Hungary|Budapest|Hungarian|goulash, plums|paprika, embroidery|the Danube, the Chain Bridge
Turkey|Ankara|Turkish|kebabs, baklava|rugs, apricots|the Kocatepe Mosque, Anitkabir
Denmark|Copenhagen|Danish|pastries, butter|plastic bricks, windmills|Tivoli, Nyhavn
Finland|Helsinki|Finnish|berries, rye|saunas, birch baskets|Senate Square, Suomenlinna
Thailand|Bangkok|Thai|curry, mangoes|orchids, teak|Wat Arun, the Chao Phraya
Vietnam|Hanoi|Vietnamese|pho, lychees|lanterns, lotus seeds|Hoan Kiem, the Temple of Literature
Iceland|Reykjavik|Icelandic|skyr, cod|sagas, geysers|Hallgrimskirkja, the Harpa
Romania|Bucharest|Romanian|polenta, cherries|salt, vampires|Cismigiu, the Arch of Triumph
"""

# he | she | what they did (past tense) | what belongs to them
PEOPLE_SLOTS = "he she did own"
PEOPLE = """
man|woman|left the office, read the newspaper, stood in the crowd|briefcase, umbrella
boy|girl|finished the homework, ran to the playground, hid the toys|satchel, teddy
king|queen|sat on the throne, wore the crown, ruled the kingdom|sceptre, royal palace
father|mother|packed the lunch, woke the children, told a bedtime story|family, children
prince|princess|fought the dragon, lived in the castle, arrived in the carriage|castle, carriage
brother|sister|shared the bedroom, kept the secret, started the quarrel|bedroom, bunk bed
grandfather|grandmother|sat in the rocking chair, remembered the past|spectacles, slippers
husband|wife|planned the wedding, bought the ring, got married|wedding, anniversary
son|daughter|made the parents proud, grew up, was the eldest|parents, cradle
uncle|aunt|invited the cousins, brought presents, came to visit|cousins, presents
actor|actress|stood on the stage, learned the role, bowed to the audience|stage, film
waiter|waitress|carried the tray, brought the menu, served the customers|tray, tip
wizard|witch|cast a spell, stirred the potion, waved the wand|spell, cauldron
duke|duchess|owned the manor, hunted foxes, inherited the estate|manor, estate
nephew|niece|visited the relatives, thanked the godparents|relatives, godparents
monk|nun|knelt in the abbey, said a prayer, copied the psalm|abbey, prayer
emperor|empress|ruled the empire, wore jade, began the dynasty|empire, dynasty
hero|heroine|rescued the village, won the battle, began the adventure|adventure, legend
"""

# now | then | with what or where
VERB_SLOTS = "base past how"
VERBS = """
walk|walked|along the path, through the park, on the pavement
sing|sang|a song, in the choir, a lullaby
swim|swam|in the lake, across the pool, with goggles
write|wrote|a letter, a poem, with a pen
cook|cooked|a meal, in the kitchen, with a frying pan
paint|painted|a picture, with a brush, a portrait
climb|climbed|up the ladder, the cliff, over the rocks
drive|drove|the truck, a van, down the motorway
dance|danced|a waltz, in the ballroom, the tango
bake|baked|a cake, with flour, biscuits
plant|planted|seeds, tulip bulbs, a hedge
build|built|a hut, with planks, a snowman
sail|sailed|a yacht, across the bay, round the island
ride|rode|a bicycle, the pony, with a saddle
throw|threw|a ball, a snowball, the dart
fly|flew|a kite, the plane, above the clouds
draw|drew|a circle, with a pencil, on the blackboard
wash|washed|the dishes, with soap, the shirts
drink|drank|lemonade, a glass of juice, through a straw
sleep|slept|in a tent, with a blanket, in the hammock
dig|dug|a hole, with a spade, a tunnel
teach|taught|the pupils, a lesson, at the college
knit|knitted|a scarf, with wool, some socks
sweep|swept|with a broom, the stairs, the chimneys
"""

# more of it | comparative | like a ... | less of it | comparative | like a ... | what can be both
ADJECTIVES = """
big|bigger|an elephant|small|smaller|an ant|box, parcel, balloon
hot|hotter|fire|cold|colder|ice|kettle, bath, radiator
good|better|gold|bad|worse|poison|idea, plan, joke
old|older|a mummy|young|younger|a bud|tortoise, neighbour, sailor
fast|faster|lightning|slow|slower|a snail|train, tractor, runner
strong|stronger|an ox|weak|weaker|a thread|wrestler, magnet, rope
tall|taller|a giraffe|short|shorter|a dwarf|tree, fence, chimney
heavy|heavier|lead|light|lighter|a feather|suitcase, hammer, sack
loud|louder|thunder|quiet|quieter|a mouse|radio, trumpet, engine
deep|deeper|the ocean|shallow|shallower|a saucer|well, pond, ditch
clean|cleaner|a whistle|dirty|dirtier|mud|towel, apron, sink
wide|wider|the sea|narrow|narrower|a needle|lane, valley, corridor
hard|harder|iron|soft|softer|velvet|cushion, mattress, crust
bright|brighter|the sun|dim|dimmer|a cave|lamp, star, torch
happy|happier|a lark|sad|sadder|a tear|clown, tune, ending
high|higher|the sky|low|lower|a cellar|shelf, ceiling, swing
rich|richer|a goldmine|poor|poorer|a beggar|banker, miner, merchant
thick|thicker|a plank|thin|thinner|paper|slice, wire, jacket
"""

# number | ordinal | month | what has so many of which parts, and one of these parts
NUMBER_SLOTS = "card ord month things"
NUMBERS = """
one|first|January|unicorn:horns:horn, wheelbarrow:wheels:wheel
two|second|February|glider:wings:wing, seesaw:ends:end
three|third|March|triangle:sides:side, tricycle:wheels:wheel
four|fourth|April|rectangle:corners:corner, table:legs:leg
five|fifth|May|pentagon:sides:side, starfish:arms:arm
six|sixth|June|hexagon:corners:corner, beetle:legs:leg
seven|seventh|July|heptagon:sides:side, rainbow:colours:colour
eight|eighth|August|octagon:sides:side, octopus:arms:arm
nine|ninth|September|nonagon:corners:corner, baseball team:players:player
ten|tenth|October|decagon:sides:side, bowling lane:pins:pin
eleven|eleventh|November|football team:players:player, hendecagon:corners:corner
twelve|twelfth|December|clock:hours:hour, jury:members:member
"""

# day | days | what happens on it
DAY_SLOTS = "day days event"
DAYS = """
Monday|Mondays|spelling test, library, laundry
Tuesday|Tuesdays|chess club, recorder lesson, dentist
Wednesday|Wednesdays|gymnastics, pottery class, post office
Thursday|Thursdays|science lesson, orchestra, haircut
Friday|Fridays|cinema, popcorn, fishmonger
Saturday|Saturdays|street market, picnic, barbecue
Sunday|Sundays|church, roast, long nap
"""

# grown | young | where it lives | what it eats | what it has or does
ANIMAL_SLOTS = "grown young home eats has"
ANIMALS = """
dog|puppy|kennel, basket|bones, sticks|paws, a wet nose
cat|kitten|sofa, roof|cream, tuna|whiskers, claws
horse|foal|stable, paddock|hay, oats|a mane, hooves
cow|calf|barn, meadow|clover, grass|black patches, a muzzle
sheep|lamb|fold, hillside|thistles, turnips|a fleece, curly wool
pig|piglet|sty, trough|acorns, scraps|a snout, trotters
duck|duckling|puddle, reeds|crumbs, slugs|webbed feet, a bill
hen|chick|coop, yard|corn, worms|a comb, wattles
lion|cub|savanna, den|zebras, antelopes|a roar, sharp fangs
goat|kid|mountain, shed|twigs, brambles|horns, a goatee
frog|tadpole|marsh, swamp|flies, algae|slippery skin, bulging eyes
deer|fawn|forest, glade|leaves, moss|spots, slender legs
goose|gosling|riverbank, village green|weeds, barley|a beak, a hiss
owl|owlet|hollow oak, belfry|voles, moths|downy feathers, a hoot
swan|cygnet|canal, moat|waterweed, pondweed|a curved neck, plumage
kangaroo|joey|outback, bush|shrubs, ferns|hind legs, a springy tail
eagle|eaglet|crag, summit|snakes, rabbits|talons, a hooked bill
seal|pup|beach, ice floe|squid, shrimps|flippers, blubber
"""


# --- Frames --------------------------------------------------------------------------------------

COMMON_LISTS = """
name|Tom, Anna, Ben, Mia, Peter, Lucy, Sam, Clara, Max, Nora, Leo, Ella
who|the children, our guide, my friend, a visitor, the tourists, a farmer, the class, everyone
season|spring, summer, autumn, winter
place|village, garden, school, harbour, museum, shop, house, farm
opener|as everyone knows, of course, in fact, as a rule, for example, as you can guess, by the way
reporter|my teacher says that, the book says that, people say that, I think that, remember that
closer|of course, as far as I know, or so they say, I think, and that is true
"""

CITY_FRAMES = """
{city} is [a|a busy|a famous] city [in {country}|with many museums|where shops sell {food}].
{city} is the capital [city|] of {country}[, and {goods} are easy to find there|].
[The mayor of|The airport of|A taxi driver in] {city} is proud of {sight}.
In {city} the buses stop near [{sight}|a cafe with {food}].
The streets of {city} smell of {food} [in the morning|at night|on market days].
We took a taxi to the centre of {city} and [bought|looked at] {goods}.
[Hotels|Cafes] in [downtown|] {city} serve {food} for breakfast.
In the museums of {city} you can see {goods}[ and {goods}|] behind glass.
The bus station of {city} has a shop with {goods}.
The suburbs of {city} are calm, but {sight} is always full of tourists.
{who} ate {food} in a street cafe in {city}.
The city of {city} has taxis, traffic and a mayor who likes {food}.
At night the street lights of {city} shine on {sight}.
Every taxi in {city} [goes past|stops at] {sight}.
{name} works in a museum in {city} that shows {goods}.
"""

COUNTRY_FRAMES = """
{country} is a country [with mountains and valleys|that exports {goods}|known for {food}].
[Lorries|Trucks] with {goods} wait at the border of {country}.
The government of {country} put {goods} on a stamp.
{country} exports {goods} [and {food}|] to the rest of the world.
Farmers in {country} sell {food} to neighbouring countries.
The country of {country} has a flag, a government and plenty of {food}.
The [coast|mountains] of {country} [and the provinces|] are famous, and so are its {goods}.
Factories in {country} produce {goods} for export.
{who} crossed the border into {country} and tasted {food}.
On the map of {country} somebody marked {goods} [near the border|beside the flag].
A stamp from {country} shows {sight} and the flag.
In the north of {country} people [make|prefer] {food}, in the south they [make|prefer] {goods}.
The [population|government] of {country} is proud of {sight}.
The flag of {country} waves above {sight}.
The government of {country} [met|was photographed] near {sight}.
"""

LANGUAGE_FRAMES = """
[I|We|They|You] like {lang} {food} [and {lang} {goods}|] [very much|best|].
{lang} is the language on the label of the {goods}.
{name} [speaks {lang} and|learned to speak {lang} and now] asks for {food}.
The {lang} word for {food} takes time to pronounce.
The {lang} names for {food} and {goods} fill a dictionary.
In a {lang} dictionary there is a picture of {goods}.
A [sentence|poem] in {lang} describes {sight}.
The {lang} teacher told us about {sight}.
{lang} recipes for {food} are [a pleasure|fun] to read.
The {lang} guide spoke about {sight} with an accent.
A {lang} song praises {food} and {goods}.
{who} tried {lang} {food} [at home|with {name}|].
How to order {food} is the topic of the {lang} lesson.
The letter about {sight} was translated into {lang}.
People who speak {lang} have many words for {food}.
"""

ATLAS_FRAMES = """
{sight} [stands|is found] in {city}, {country}.
{city} lies in {country}, where people speak {lang}.
The {lang} word for {city} is also on the map of {country}.
You will hear {lang} in the streets of {city} and everywhere in {country}.
{name} moved to {city} because {name} wanted to learn {lang}.
{who} travelled through {country} and stayed in {city} for a week.
In {country}, {food} and {goods} are common.
In {city}, {food} and {goods} are common.
{lang} {food} and {lang} {goods} are common.
"""

PRONOUN_SLOTS = "sub his him self gentle wear"
HE = "he|his|him|himself|gentleman|tie, cap, waistcoat"
SHE = "she|her|her|herself|lady|dress, ribbon, necklace"

PERSON_FRAMES = """
The {p} [brushed|folded] {his} {wear} before {sub} {did}.
The {p} {did}, and {sub} [smiled to {self}|was pleased with {self}].
{sub} was a [kind|proud|friendly] {p} who {did}.
This {p} is a {gentle}, and {his} {own} made {him} famous.
{name} gave the {p} a {wear} and asked {him} about the {own}.
The {p} lost {his} {wear} when {sub} {did}.
The {p} [bought|sewed] {self} a {wear} for the {own}.
As a {p}, {sub} thought about {his} {own}.
The {p} talked about {his} {own} while {sub} mended {his} {wear}.
[Soon|Later|Again] the {p} {did}, for nobody could stop {him}.
The {p} {self} {did}, and people thanked {him}.
They called {him} a true {gentle}, the {p} who {did}.
{his} {own} was all that the {p} cared for, they said of {him}.
The {p} wore a {wear} when {sub} {did}.
The {p} in the picture has a {wear}, and beside {him} is {his} {own}.
"""

COUPLE_FRAMES = """
The {he} and the {she} {did} together.
Both the {he} and the {she} talked about the {own}.
The {own} is what the {he} and the {she} are known for.
"""

NOW_FRAMES = """
[I|We|They|You] will {v} {how} [tomorrow|next week|soon].
[I|We|They|You] can {v} {how} [every day|if the weather is fine|].
{name} [wants|hopes|has] to {v} {how}.
{name} and {name} like to {v} {how}.
Let us {v} {how}, shall we.
It is fun to {v} {how} [in {season}|with friends|].
{name} [must|should] {v} {how} before dinner.
To {v} {how} you need [patience|practice|time].
Do not {v} {how} without asking.
{who} may {v} {how} tomorrow.
{name} would rather {v} {how} than do nothing.
{name} cannot {v} {how} yet, but will learn it.
Please {v} {how}, and then we will rest.
It takes time to learn how to {v} {how}.
"""

THEN_FRAMES = """
Yesterday [I|we|they|{name}] {v} {how}.
Last {season} {name} {v} {how} [with {name}|].
{name} {v} {how}, and then we went home.
Long ago people {v} {how}.
[A week|A month|A year] ago {name} {v} {how}.
When it was over, {name} and {name} {v} {how}.
After that we {v} {how} until it was dark.
{name} came, {v} {how}, and went away.
Once {who} {v} {how} all night.
Last week {name} {v} {how} and got tired.
Yesterday {who} {v} {how} and everybody was glad.
In those days {who} {v} {how}, or so it was.
It was last {season} that we {v} {how}.
As a child, {name} {v} {how} and was never bored.
"""

VERB_FRAMES = """
{name} {past} {how} yesterday and will {base} {how} again tomorrow.
We used to {base} {how}, and last year we {past} every day.
"""

# For the adjectives there are two kinds of role: plain or comparative, and more or less of it.
MORE_FRAMES = """
Nobody knows exactly how {a} the {noun} is.
Is it {a} enough, we asked, and measured the {noun}.
The {noun} is twice as {a} as the {noun}.
How {a} the {noun} must be, everyone shouted.
The {noun} is {a} enough for all of us.
{name} measured exactly how {a} the {noun} is.
The {noun} was as {a} as {like}, exactly as we had hoped.
Guess how {a} the {noun} is, said {name}.
What a surprise, the {noun} is twice as {a} as {like}.
The {noun} is wonderfully {a}, as {a} as {like}.
{name} asked how {a} it was, and it was {a} enough.
"""

LESS_FRAMES = """
Sadly the {noun} is [rather|a bit] {a}.
{name} complained that the {noun} was a bit too {a}.
The {noun} seems rather {a} next to the {noun}.
What a pity that the {noun} is so {a}, [{name} sighed|they sighed].
Unfortunately the {noun} is too {a} for us.
It is a pity to have such a {a} {noun}, almost as {a} as {like}.
The {noun} was rather {a}, merely as {a} as {like}.
The {noun} is merely as {a} as {like}, {name} complained.
Unfortunately, a {noun} as {a} as {like} is no help.
{name} sighed because the {noun} was rather {a}.
{name} complained that it was too {a}, a bit too {a} for the {noun}.
"""

PLAIN_FRAMES = """
The {noun} is very {a}.
We saw a very {a} {noun} [in the {place}|near the {place}|].
{name} has a {a} {noun}, as {a} as {like}.
The {noun} in the {place} is quite {a}.
A {a} {noun} is what {name} wanted.
Something as {a} as {like} is quite {a}.
"""

MORE_THAN_FRAMES = """
Nobody knows exactly how much {a} than the {noun} it is.
The {noun} is twice as much {a} than before, [everyone shouted|we measured].
Exactly measured, the {noun} is {a} than {like}.
How much {a} the {noun} is now, everyone shouted.
What a surprise, the {noun} became even {a} than {like}.
Measure again, for the {noun} looks wonderfully {a} than before.
"""

LESS_THAN_FRAMES = """
Sadly the {noun} is [rather|a bit|even] {a} than the {noun}.
{name} complained that the {noun} was a bit {a} than before.
What a pity, the {noun} became even {a} than {like}.
Unfortunately the {noun} is much {a} than {like}.
{name} sighed because the {noun} was rather {a} than promised.
The {noun} seems merely {a} than it was, {name} complained.
"""

THAN_FRAMES = """
The {noun} is {a} than the {noun}.
The {noun} is much {a} than {like}.
The {noun} got {a} and {a} [every day|all the time|].
This {noun} is even {a} than that {noun}.
{name} has a {noun} that is {a} than the other.
Nothing is {a} than {like}, not even the {noun}.
The {noun} in the {place} is far {a} than {name} thought.
Which of them is {a} than the {noun}, {name} asked.
We need a much {a} {noun} than this.
"""

CARDINAL_FRAMES = """
A {whole} [always|] has {card} {parts}[, no more and no less|, count them|].
{name} counted {card} {parts} on the {whole}.
There are {card} {parts} in a {whole}[, not more|].
If you add up the {parts} of a {whole} you get {card}.
[Count|Add] to {card}, and you have all the {parts} of the {whole}.
{name} made a {whole} with {card} {parts}.
Altogether there are {card} {parts}, because it is a {whole}.
In {month} we ate {card} apples from the {place}.
{name} found the number {card} on the calendar for {month}.
We counted {card} apples and {card} pears in {month}.
A {whole} needs {card} {parts} and not more.
The number {card} reminds {name} of {month}.
"""

ORDINAL_FRAMES = """
The {ord} {part} of the {whole} was drawn in red.
{name} touched the {ord} {part} of the {whole}.
{month} is the {ord} month [of the year|on the calendar].
{name} won the {ord} prize [in {month}|for a drawing of a {whole}].
The {ord} [chapter|lesson] is about a {whole}.
On the {ord} [page|floor] there is a picture of a {whole}.
In {month} {name} came {ord} in the race.
The {ord} of {month} is the birthday of {name}.
The {ord} row of the poster shows {month} and a {whole}.
The {whole} came {ord}, and {name} got a prize for it.
The {ord} birthday of {name} is in {month}.
"""

COUNTING_FRAMES = """
After {prev} comes {card}, when you count.
The {ord} comes right after the {prevord}.
Count {prev}, {card} and so on.
The {prevord} and the {ord} prize went to {name} and {name}.
"""

DAY_FRAMES = """
Next {day} there will be the {event} [again|] [in the {place}|].
Last {day} {name} forgot the {event}.
Tomorrow is {day}, so we get ready for the {event}.
Today is {day}, the day of the {event}.
Yesterday was {day}, and {name} enjoyed the {event}.
This {day} the {event} and the {event} are at the same hour.
The {event} is next {day} evening.
It happened last {day} after the {event}.
The day after {prev} is {day}, with the {event}.
{day} comes after {prev}.
{name} arrives this {day}, right before the {event}.
"""

DAYS_FRAMES = """
On {days} there is [always|usually|] the {event}.
{name} likes {days} because of the {event}.
We usually spend {days} with the {event}.
Most {days} {name} goes to the {event}.
The {event} is on {days} only.
On {days} the {event} usually comes before the {event}.
{name} never misses the {event} on {days}.
On most {days} {who} enjoy the {event}.
{days} [always|usually] begin with the {event}.
{days} come after {prevs}, and so does the {event}.
{name} hates {days}, except for the {event}.
"""

GROWN_FRAMES = """
The ranger met a grown {x} that likes {eats}.
A grown {x} weighs a lot because it eats {eats}.
The {x} guards the {eats} in the {home} [all night|].
An adult {x} finds {eats} by itself near the {home}.
A full grown {x} with {has} stands in the {home}.
The {x} defends its {home}, and it feeds its babies with {eats}.
A {x} raises its babies in the {home} or the {home}.
The adult {x} leads the others from the {home} to the {eats}.
The full grown {x} is known for {has} and {has}.
Each adult {x} has {has} [and {has}|].
The {x} carried {eats} back to the {home}.
"""

YOUNG_FRAMES = """
The newborn {x} [drinks and sleeps|trembles] in the {home}.
A tiny {x} cannot find {eats} in the {home} yet.
The {x} with {has} was born last week in the {home}.
A baby {x} stays close to its mum near the {home}.
The little {x} is learning about {eats} and {eats}.
The playful {x} tumbles out of the {home} with {eats}.
The tiny {x} was born with {has}.
The curious little {x} sniffs at the {eats}.
A baby {x} plays with {eats} and then falls asleep.
A playful {x} shows {has} and tumbles over.
The little {x} follows its mum to the {eats}.
"""

ANIMAL_FRAMES = """
The {x} lives in the {home} [and likes {eats}|].
A {x} likes {eats} [and {eats}|].
{name} saw a {x} with {has} near the {home}.
Look how the {x} shows {has}.
The {x} has {has} and {has}.
{name} fed the {x} with {eats}.
In {season} the {x} leaves the {home}.
{who} gave {eats} to the {x} in the {home}.
"""

FAMILY_FRAMES = """
The baby of a {grown} is called a {young}.
The {grown} and its {young} share the {eats}.
A {young} grows up to be a {grown}.
"""

MIXED_FRAMES = """
The {p} from {city} {past} {how}.
Last {day} a {p} {past} {how} near the {home}.
The {p} gave the {x} some {eats} on {day}.
In {country} the {p} will {base} {how}.
On {day} we {past} {how} and ate {lang} {food}.
The {x} hid behind the {a} {noun}.
On the {ord} {day} of {month} we saw {sight}.
A {cmp} {noun} than that is sold in {city}.
The {ord} story is about a {p} who {past} {how}.
The {p} and the {x} went from {city} to the sea by train.
A tourist from {country} bought a {a} {noun}.
{name} brought {card} gifts from {country} for the {p}.
Does the {x} prefer {food} or {eats}, asked the {p}.
The {lang} {p} {past} {how} with a {x}.
A {x} waited beside the {noun}, and {name} had to {base} {how}.
"""

GENERAL_FRAMES = """
{name} asked a question, and {name} looked for the answer in a book.
This is how the world works, [said {name}|{name} explained].
There is a lot to see in [a|every|the] {place} if you have time.
In {season} the {place} is full of visitors.
{who} came to the {place} and stayed for a while.
Some things are fun to learn, and some things take time, like [music|reading|sums].
Nobody in the {place} had seen {thing} before.
There is a picture of {thing} in the {place}.
{name} found {thing} and {thing} in a book.
{who} asked {name} about {thing}.
The poster in the {place} shows {thing} beside {thing}.
"""


# --- The notes' example --------------------------------------------------------------------------

# country | capital | adjective | tastes | river of the capital
NOTES_PLACES = """
Germany|Berlin|German|beer, pretzels|Spree
France|Paris|French|wine, cheese|Seine
Italy|Rome|Italian|pizza, lemons|Tiber
England|London|English|tea, scones|Thames
"""

NOTES_LISTS = """
opener|today, in fact, as you know
reporter|you know that, people say that, I know that
closer|you know, I say, as people say
"""

NOTES_CITY_FRAMES = """
{city} is a city [in {country}|on the {river}|with museums].
{city} is a big city with streets and {river} boats.
The capital of {country} is the city of {city}.
The {river} [is the river in|flows through] the city of {city}.
In the streets of {city} people [like|sell] {taste} and {taste}.
[The streets|The museums] of {city} are near the {river}.
The city of {city} has museums for {taste} and {taste}.
The capital city {city} smells of {taste}.
The {lang} museums of {city} have {taste} and {taste}.
A museum in {city} has {lang} {taste} and {lang} {taste}.
By the {river} in {city} a museum sells {taste}.
"""

NOTES_COUNTRY_FRAMES = """
{country} is a country [in Europe|with farms and a border|with farms].
{country} is a big country with farms and {taste}.
The farms of {country} [make|sell] {taste} and {taste}.
Near the border of {country} people [like|sell] {taste}.
The country of {country} has farms for {taste} and {taste}.
By the {river} in {country} a farm sells {taste}.
The {river} [is a river in|flows through] the country of {country}.
The border of {country} is far from the {river}.
The {lang} farms of {country} have {taste} and {taste}.
A farm in {country} has {lang} {taste} and {lang} {taste}.
In the [east|west|north|south] of {country} a farm sells {taste} by the {river}.
"""

NOTES_LANGUAGE_FRAMES = """
{lang} people speak {lang} and like {taste}.
We speak {lang} by the {river}, and we like {taste}.
The {lang} word for {taste} is new to me.
A {lang} song is about {taste} and the {river}.
People sing a {lang} song about {taste}.
I speak a {lang} word and you like {taste}.
"""

NOTES_OTHER_FRAMES = """
A potato is not a city, and it is not a country.
Happiness is joy, and joy is happiness.
We sing with [joy|happiness], and you like the song.
I like a potato, and you like a potato.
The word potato is not near the word city.
People with a potato sing a song about [joy|happiness].
"""


# --- Royalty -------------------------------------------------------------------------------------

ROYAL_PEOPLE = re.compile("man|boy|king|father|prince|brother|husband|son|duke|actor")

ROYALTY_FRAMES = """
The crown of the kingdom is made of gold, and so is the throne.
In the palace there is a [golden|royal] throne [for the coronation|].
The {he} and the {she} came to the [palace|castle|coronation].
The people of the kingdom cheered when the {he} and the {she} arrived.
A herald called for the {he}, and then for the {she}.
{name} saw the {he} and the {she} at the coronation.
The guards opened the [palace|castle] gate for the {she} and the {he}.
[Trumpets|Bells] sounded from the [palace|castle] all day.
"""


# --- Writing -------------------------------------------------------------------------------------

# Sentences that begin like this are no statements: "people say that please ..." would be odd.
NO_STATEMENT = re.compile(
    "Add|Count|Could|Do|Does|Guess|How|Is|Let|Look|Measure|Please|See|Sadly|What|Which"
)


class Dice:
    """Random choices that are the same on every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def below(self, n: int) -> int:
        return int(self._random() * n)

    def choice(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def zipf_choice(self, items: Sequence[T]) -> T:
        """The item at rank r = 0, 1, ... with a probability in proportion to 1 / (r + 6)."""
        weights = [1 / (rank + 10) for rank in range(len(items))]
        left = self._random() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return items[-1]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = self.below(i + 1)
            result[i], result[j] = result[j], result[i]
        return result


class Writer:
    """Draws sentences from frames, never the same one twice, and counts their words."""

    def __init__(self, seed: int, common: Record, *, asides: float = 0.0) -> None:
        """`asides` is the share of the statements that get an opener, a reporter or a closer."""
        self.dice = Dice(seed)
        self.lines: list[str] = []
        self.n_words = 0
        self._common = common
        self._asides = asides
        self._seen: set[str] = set()

    def expand(self, frame: str, record: Record) -> str:
        """The frame with its alternatives chosen and its slots filled, no slot twice the same."""
        while "[" in frame:
            frame = ALTERNATIVES.sub(lambda m: self.dice.choice(m[1].split("|")), frame)
        used: set[str] = set()

        def fill(match: re.Match[str]) -> str:
            values = record.get(match[1]) or self._common[match[1]]
            word = self.dice.choice([v for v in values if v not in used] or values)
            used.add(word)
            return word

        return SLOT.sub(fill, frame)

    def add(self, frame: str, record: Record) -> None:
        """Write one more sentence from the frame, unless eight tries had all been written before."""
        for _ in range(8):
            text = polish(self._aside(self.expand(frame, record), frame))
            if text not in self._seen:
                self._seen.add(text)
                self.lines.append(text)
                self.n_words += len(text.split())
                return

    def add_passage(self, article: Article, longest: int) -> None:
        """Two sentences or more on one subject, no frame twice."""
        length = 2 + self.dice.below(longest - 1)
        for frame, record in self.dice.shuffled(article)[:length]:
            self.add(frame, record)

    def _aside(self, sentence: str, frame: str) -> str:
        start = sentence.split()[0]
        if NO_STATEMENT.fullmatch(start) or not self.dice.chance(self._asides):
            return sentence
        kind = self.dice.choice(("opener", "reporter", "closer"))
        words = self.dice.choice(self._common[kind])
        if kind == "closer":
            return f"{sentence[:-1]}, {words}."
        if not frame.startswith("{") and start != "I":
            sentence = sentence[0].lower() + sentence[1:]
        return f"{words}, {sentence}" if kind == "opener" else f"{words} {sentence}"


def polish(sentence: str) -> str:
    """Capital letter, single spaces, "an" before a vowel, no plural after "one"."""
    text = " ".join(sentence.split()).replace(" .", ".").replace(" ,", ",")
    text = re.sub(r"\b([Aa]) (?=(?!uni|one\b|eu)[aeiouAEIOU])", r"\1n ", text)
    text = re.sub(r"\b([Oo]ne) (\w+)s\b", r"\1 \2", text).replace("There are one", "There is one")
    return text[0].upper() + text[1:]


# --- From tables to articles ---------------------------------------------------------------------


def rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


def values(cell: str) -> list[str]:
    return cell.split(", ")


def lists(table: str) -> Record:
    return {name: values(words) for name, words in rows(table)}


def fill(slots: str, row: Sequence[str]) -> Record:
    """The cells of a row by the names of their slots."""
    return {slot: values(cell) for slot, cell in zip(slots.split(), row, strict=True)}


def article(record: Record, *frames: str) -> Article:
    """All frames of some blocks, each with the record it speaks of."""
    return [(frame, record) for block in frames for frame in block.strip().splitlines()]


def country_articles() -> list[Article]:
    frames = CITY_FRAMES, COUNTRY_FRAMES, LANGUAGE_FRAMES, ATLAS_FRAMES
    return [article(fill(COUNTRY_SLOTS, row), *frames) for row in rows(COUNTRIES)]


def person_article(row: Sequence[str], *more_frames: str) -> Article:
    record = fill(PEOPLE_SLOTS, row)
    he, she = (fill(PRONOUN_SLOTS, cells.split("|")) for cells in (HE, SHE))
    he["p"], she["p"] = record["he"], record["she"]
    return article(record, COUPLE_FRAMES, *more_frames) + [
        sentence for p in (he, she) for sentence in article(record | p, PERSON_FRAMES)
    ]


def verb_article(row: Sequence[str]) -> Article:
    record = fill(VERB_SLOTS, row)
    now, then = record | {"v": record["base"]}, record | {"v": record["past"]}
    return article(now, NOW_FRAMES) + article(then, THEN_FRAMES) + article(record, VERB_FRAMES)


def adjective_article(row: Sequence[str]) -> Article:
    more, more_than, like, less, less_than, unlike, noun = map(values, row)
    many, few = {"noun": noun, "like": like}, {"noun": noun, "like": unlike}
    return [
        *article(many | {"a": more}, MORE_FRAMES, PLAIN_FRAMES),
        *article(few | {"a": less}, LESS_FRAMES, PLAIN_FRAMES),
        *article(many | {"a": more_than}, MORE_THAN_FRAMES, THAN_FRAMES),
        *article(few | {"a": less_than}, LESS_THAN_FRAMES, THAN_FRAMES),
    ]


def number_article(row: Sequence[str], previous: Sequence[str]) -> Article:
    record = fill(NUMBER_SLOTS, row) | {"prev": [previous[0]], "prevord": [previous[1]]}
    result = article(record, COUNTING_FRAMES) if row[0] != "one" else []
    for thing in record["things"]:
        about = record | fill("whole parts part", thing.split(":"))
        result += article(about, CARDINAL_FRAMES, ORDINAL_FRAMES)
    return result


def day_article(row: Sequence[str], previous: Sequence[str]) -> Article:
    record = fill(DAY_SLOTS, row) | {"prev": [previous[0]], "prevs": [previous[1]]}
    return article(record, DAY_FRAMES, DAYS_FRAMES)


def animal_article(row: Sequence[str]) -> Article:
    record = fill(ANIMAL_SLOTS, row)
    grown, young = record | {"x": record["grown"]}, record | {"x": record["young"]}
    return [
        *article(grown, GROWN_FRAMES, ANIMAL_FRAMES),
        *article(young, YOUNG_FRAMES, ANIMAL_FRAMES),
        *article(record, FAMILY_FRAMES),
    ]


def mixed_record(dice: Dice) -> Record:
    """One subject of every kind, for sentences that mix them."""
    record = fill(COUNTRY_SLOTS, dice.zipf_choice(rows(COUNTRIES)))
    record |= fill(VERB_SLOTS, dice.zipf_choice(rows(VERBS)))
    record |= fill(NUMBER_SLOTS, dice.zipf_choice(rows(NUMBERS)))
    record |= fill(DAY_SLOTS, dice.choice(rows(DAYS)))
    record |= fill(ANIMAL_SLOTS, dice.zipf_choice(rows(ANIMALS)))
    adjective = dice.zipf_choice(rows(ADJECTIVES))
    pole = dice.choice((0, 3))
    record |= fill("a cmp noun", [adjective[i] for i in (pole, pole + 1, 6)])
    record["p"] = dice.zipf_choice(rows(PEOPLE))[:2]
    record["x"] = [*record["grown"], *record["young"]]
    return record


# --- The files -----------------------------------------------------------------------------------


def notes_example() -> list[str]:
    """The lecture notes' cities and countries: about 3,500 words."""
    writer = Writer(2016, lists(NOTES_LISTS), asides=0.3)
    writer.lines.append("Berlin is a city in East Germany.")
    sentences = article({}, NOTES_OTHER_FRAMES)
    for row in rows(NOTES_PLACES):
        record = fill("country city lang taste river", row)
        sentences += article(record, NOTES_CITY_FRAMES, NOTES_COUNTRY_FRAMES, NOTES_LANGUAGE_FRAMES)
    while writer.n_words < 3_300:  # by rounds, so that every country gets the same share
        for frame, record in writer.dice.shuffled(sentences):
            writer.add(frame, record)
    return writer.lines


def royalty() -> list[str]:
    """People and royalty: about 15,000 words."""
    writer = Writer(1952, lists(COMMON_LISTS), asides=0.1)
    people = [row for row in rows(PEOPLE) if ROYAL_PEOPLE.fullmatch(row[0])]
    articles = [person_article(row, ROYALTY_FRAMES) for row in people]
    while writer.n_words < 15_000:
        writer.add_passage(writer.dice.zipf_choice(articles), 4)
    return writer.lines


def small_world() -> list[str]:
    """A little of everything: about 200,000 words."""
    writer = Writer(7, lists(COMMON_LISTS), asides=0.18)
    dice = writer.dice
    days, numbers = rows(DAYS), [["zero", "last"], *rows(NUMBERS)]
    percent = [
        (28, country_articles()),
        (14, [person_article(row) for row in rows(PEOPLE)]),
        (12, [verb_article(row) for row in rows(VERBS)]),
        (19, [adjective_article(row) for row in rows(ADJECTIVES)]),
        (11, [number_article(row, numbers[i]) for i, row in enumerate(numbers[1:])]),
        (6, [day_article(row, days[i - 1]) for i, row in enumerate(days)]),
        (15, [animal_article(row) for row in rows(ANIMALS)]),
    ]
    sections = [articles for share, articles in percent for _ in range(share)]
    mixed, general = MIXED_FRAMES.strip().splitlines(), GENERAL_FRAMES.strip().splitlines()
    objects = {"thing": things()}
    while writer.n_words < 200_000:
        writer.add_passage(dice.zipf_choice(dice.choice(sections)), 5)
        if dice.chance(0.2):
            writer.add(dice.choice(mixed), mixed_record(dice))
        if dice.chance(0.15):
            writer.add(dice.choice(general), objects)
    return writer.lines


def things() -> list[str]:
    """What the sentences of small_world speak about, as objects: also seen without its subject."""
    foods = [food for row in rows(COUNTRIES) for cell in row[3:] for food in values(cell)]
    feeds = [feed for row in rows(ANIMALS) for feed in values(row[3]) + values(row[4])]
    nouns = ["the " + noun for row in rows(ADJECTIVES) for noun in values(row[6])]
    likes = [row[i] for row in rows(ADJECTIVES) for i in (2, 5)]
    wholes = ["a " + thing.split(":")[0] for row in rows(NUMBERS) for thing in values(row[3])]
    events = ["the " + event for row in rows(DAYS) for event in values(row[2])]
    objects = [PREPOSITION.sub("", how) for row in rows(VERBS) for how in values(row[2])]
    return foods + feeds + nouns + likes + wholes + events + objects


def relations() -> dict[str, tuple[int, Pairs]]:
    """The questions' sections: how many are asked, and the pairs they are made of."""

    def pairs(table: str, a: int = 0, b: int = 1) -> Pairs:
        return [(row[a].lower(), row[b].lower()) for row in rows(table)]

    return {
        "capitals": (100, pairs(COUNTRIES)),
        "languages": (100, pairs(COUNTRIES, 0, 2)),
        "genders": (100, pairs(PEOPLE)),
        "past-tense": (100, pairs(VERBS)),
        "comparatives": (110, pairs(ADJECTIVES) + pairs(ADJECTIVES, 3, 4)),
        "numbers": (66, pairs(NUMBERS)),
        "days": (42, pairs(DAYS)),
        "young-animals": (100, pairs(ANIMALS)),
        "opposites": (80, pairs(ADJECTIVES, 0, 3)),
    }


def questions(text: Sequence[str]) -> list[str]:
    """Google's format; every word of a question stands in the text MIN_COUNT times or more."""
    counts = Counter(re.findall(r"\w+", " ".join(text).lower()))
    dice = Dice(11)
    lines = []
    for section, (n, pairs) in relations().items():
        rare = [word for pair in pairs for word in pair if counts[word] < MIN_COUNT]
        if rare:
            raise ValueError(f"Section {section}: too rare in small_world.txt: {', '.join(rare)}.")
        lines.append(f": {section}")
        quadruples = [(*ab, *cd) for ab, cd in permutations(pairs, 2)]
        asked = sorted(dice.shuffled(range(len(quadruples)))[:n])
        lines += [" ".join(quadruples[i]) for i in asked]
    return lines


def pair_lists() -> dict[str, list[str]]:
    """Word pairs of each sample that are related alike, for drawing: `: name` and two words a line."""
    world = {name: pairs for name, (_, pairs) in relations().items()}
    of_the_notes = ("france", "germany", "england", "italy")
    lists = {
        "small_world": {name.replace("-", " "): pairs for name, pairs in world.items()},
        "royalty": {
            "genders": [pair for pair in world["genders"] if ROYAL_PEOPLE.fullmatch(pair[0])]
        },
        "notes_example": {
            name: [pair for pair in world[name] if pair[0] in of_the_notes]
            for name in ("capitals", "languages")
        },
    }
    return {
        sample: [
            line
            for name, pairs in sections.items()
            for line in (f": {name}", *(f"{a} {b}" for a, b in pairs))
        ]
        for sample, sections in lists.items()
    }


def files() -> dict[str, bytes]:
    """Every file's content by its name."""
    world = small_world()
    contents = {
        "notes_example.txt": notes_example(),
        "royalty.txt": royalty(),
        "small_world.txt": world,
        "small_world_questions.txt": questions(world),
        **{f"{sample}_pairs.txt": lines for sample, lines in pair_lists().items()},
    }
    return {name: ("\n".join(lines) + "\n").encode() for name, lines in contents.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the sample texts of this folder.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    differing = []
    for name, content in files().items():
        path = FOLDER / name
        if not check:
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            differing.append(name)
    if differing:
        print(f"Not what make_samples.py writes: {', '.join(differing)}. Run it without --check.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
