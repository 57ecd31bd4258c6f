// chapter: bert_mlm
// title: BERT: 빈칸 채우기 | BERT: filling the gap
// computes: 낱말의 15%를 가리고 양쪽을 보며 맞히기를 배우는 작은 BERT | a tiny BERT learns to guess hidden words from both sides
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a small world in two languages: eight animals, each with its home and its food
string[] kinds = ["old", "young", "big", "small", "quiet", "brave"], 성격 = ["늙은", "어린", "큰", "작은", "조용한", "용감한"];
string[] animals = ["whale", "bear", "cow", "lion", "camel", "eagle", "rabbit", "monkey"], 동물 = ["고래", "곰", "소", "사자", "낙타", "독수리", "토끼", "원숭이"];
string[] homes = ["sea", "forest", "farm", "savanna", "desert", "mountain", "meadow", "jungle"], 집 = ["바다", "숲", "농장", "초원", "사막", "산", "들판", "밀림"];
string[] foods = ["shrimp", "honey", "hay", "meat", "thorns", "mice", "carrots", "bananas"], 먹이 = ["새우", "꿀", "풀", "고기", "가시", "쥐", "당근", "바나나"];
string[] English(int kind, int n) => ["the", kinds[kind], animals[n], "lives", "in", "the", homes[n], "and", "eats", foods[n]];
string[] Korean(int kind, int n) => [성격[kind], 동물[n], Hangul.HasTail(동물[n][^1]) ? "은" : "는", 집[n], "에", "살며", 먹이[n], Hangul.HasTail(먹이[n][^1]) ? "을" : "를", "먹는다"];
var all = (from kind in Enumerable.Range(0, 6) from n in Enumerable.Range(0, 8) from words in (string[][])[English(kind, n), Korean(kind, n)] select (Words: words, IsNew: (kind + n) % 6 == 0)).ToArray();
string[][] training = [.. all.Where(s => !s.IsNew).Select(s => s.Words)], unseen = [.. all.Where(s => s.IsNew).Select(s => s.Words)];
var vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. all.SelectMany(s => s.Words).Distinct().Order(StringComparer.Ordinal)], "[UNK]");
const int Pad = 0, Cls = 2, Sep = 3, Mask = 4, Length = 12;
int V = vocabulary.Size;
lesson.Figure("vocabulary", V);
lesson.Figure("sentences", [training.Length, unseen.Length]);
long[] Encode(string[] words) => [.. Enumerable.Repeat((long)Pad, Length).Select((pad, t) => t == 0 ? Cls : t <= words.Length ? vocabulary.Id(words[t - 1]) : t == words.Length + 1 ? Sep : pad)];

// %% hiding: of 15 % of the words 80 % become [MASK], 10 % another word, 10 % stay as they are; only they are asked for
double share = lesson.Parameter("share", 0.15, 0.01, 0.9), masked = lesson.Parameter("masked", 0.8, 0, 1), replaced = lesson.Parameter("replaced", 0.1, 0, 1);
var random = new NumPyRandom(lesson.Seed(7));
double[] counts = new double[4];                                                                // words, masked, replaced, kept
(Tensor Ids, Tensor Places, Tensor Targets) Hide(IReadOnlyList<string[]> sentences)
{
    long[] ids = [.. sentences.SelectMany(Encode)];
    List<long> places = [], targets = [];
    for (int i = 0; i < ids.Length; i++)
    {
        if (ids[i] <= Mask) continue;                                                           // [CLS], [SEP] and padding are never hidden
        counts[0]++;
        if (random.NextDouble() >= share) continue;
        places.Add(i);
        targets.Add(ids[i]);
        double fate = random.NextDouble();
        if (fate < masked) ids[i] = Mask;
        else if (fate < masked + replaced) ids[i] = random.NextInteger(Mask + 1, V);
        counts[fate < masked ? 1 : fate < masked + replaced ? 2 : 3]++;
    }
    return (Tensor.From(ids).Reshape(-1, Length), Tensor.From(places.ToArray()), Tensor.From(targets.ToArray()));
}

// %% a BERT of two layers; the head's matrix is the embedding itself
int steps = lesson.Parameter("steps", 500, 10, 5000);
var model = new BertForMaskedLM(ParamScope.Random(lesson.Seed(7)), new BertConfig(V, 32, 2, 2, 64, 16, Dropout: 0, AttentionDropout: 0, InitializerRange: 0.1));
lesson.Figure("parameters", model.ParameterCount());
Tensor Scores(Tensor ids) => model.Forward(ids, ids.Ne(Pad).To(DType.Int64));                   // [B, T, V]
Tensor Loss(Tensor scores, Tensor places, Tensor targets) => scores.Reshape(-1, V)[places].CrossEntropy(targets);

// %% the gradient by hand: (softmax - answer) / count at the chosen places, nothing anywhere else
var (ids, places, targets) = Hide(training[..8]);
Tensor leaf = Scores(ids).Detach().RequireGrad();
Loss(leaf, places, targets).Backward();
Tensor byHand = Tensor.Zeros([8 * Length, V]);
byHand[places] = (leaf.Detach().Reshape(-1, V)[places].Softmax(1) - Tensor.OneHot(targets, V)) / places.Count;
lesson.Figure("gradient.difference", (byHand - leaf.Grad!.Reshape(-1, V)).Abs().Max().Item(), expected: 0, tolerance: 1e-6);

// %% training
counts = new double[4];
var optimizer = new AdamW(model.Parameters(), 0.005, weightDecay: 0.01);
var schedule = new WarmupLinear(optimizer, steps / 10, steps);
var losses = new double[steps];
for (int step = 0; step < steps; step++)
{
    using var memory = TensorScope.Begin();
    (ids, places, targets) = Hide([.. random.Permutation(training.Length)[..32].Select(i => training[i])]);
    optimizer.ZeroGrad();
    Tensor loss = Loss(Scores(ids), places, targets);
    loss.Backward();
    optimizer.Step();
    schedule.Step();
    losses[step] = loss.Item();
    lesson.Progress(step + 1, steps, FormattableString.Invariant($"loss {losses[step]:F3}"));
}
model.Eval();
using var quiet = Autograd.NoGrad();
double chosen = counts[1..].Sum();
lesson.Range("chosen.share", chosen / counts[0], 0.14, 0.16);
lesson.Range("masked.share", counts[1] / chosen, 0.78, 0.82);
lesson.Range("replaced.share", counts[2] / chosen, 0.085, 0.115);
lesson.Range("kept.share", counts[3] / chosen, 0.085, 0.115);
lesson.Figure("loss.first", losses[0]);
lesson.Figure("loss.guess", Math.Log(V));
lesson.Range("loss.last", losses[^20..].Average(), 0, 0.9);

// %% every word of unseen sentences hidden in turn: what both sides tell is found, the animal's nature (six alike) cannot be
Tensor Predict(string[] words, int place) => Scores(Tensor.From([.. Encode(words).Select((id, t) => t == place + 1 ? Mask : id)]).Reshape(1, -1))[0, place + 1].Softmax(0); // [V]
string Role(string word) => kinds.Contains(word) || 성격.Contains(word) ? "nature" : animals.Contains(word) || 동물.Contains(word) ? "animal" : homes.Contains(word) || 집.Contains(word) ? "home" : foods.Contains(word) || 먹이.Contains(word) ? "food" : "grammar";
var results = (from words in unseen from t in Enumerable.Range(0, words.Length) select (Role: Role(words[t]), Right: Predict(words, t).ArgMax().ItemLong() == Encode(words)[t + 1] ? 1.0 : 0)).ToLookup(r => r.Role, r => r.Right);
foreach (string role in (string[])["animal", "home", "food", "grammar"]) lesson.Range($"accuracy.{role}", results[role].Average(), 0.9, 1);
lesson.Range("accuracy.nature", results["nature"].Average(), 0, 0.5);
lesson.Figure("best.from.the.left.only", 1.0 / 8);                                              // before the animal stands nothing that tells which it is

// %% it also distrusts what it sees: a wrong animal without any [MASK]
double noticed = unseen.Average(words =>
{
    int at = Array.FindIndex(words, word => Role(word) == "animal");
    string[] names = animals.Contains(words[at]) ? animals : 동물, wrong = [.. words];
    wrong[at] = names[(Array.IndexOf(names, words[at]) + 1) % 8];
    return Scores(Tensor.From(Encode(wrong)).Reshape(1, -1))[0, at + 1].ArgMax().ItemLong() == Encode(words)[at + 1] ? 1.0 : 0;
});
lesson.Figure("wrong.word.noticed", noticed);

// %% pictures: one gap with more and more evidence, and what the model has learnt about homes
string[] shown = [.. Enumerable.Range(0, 8).Select(i => lesson.Text(동물[i], animals[i]))];
long[] columns = [.. animals.Concat(동물).Select(word => (long)vocabulary.Id(word))];
double[] Animals(Tensor p, bool korean) => [.. columns[(korean ? 8 : 0)..(korean ? 16 : 8)].Select(id => p[(int)id].Item())];
string[] gap = lesson.Text(string.Join(' ', Korean(1, 4)), string.Join(' ', English(1, 4))).Split(' ');
bool isKorean = gap.Contains(동물[4]);
int Place(string role) => Array.FindIndex(gap, word => Role(word) == role);
int animal = Place("animal"), home = Place("home"), food = Place("food");
Panel Bars(string title, params int[] hidden) => new Panel(title) { YLimits = (0, 1) }.Bars(shown, Animals(Predict([.. gap.Select((word, t) => hidden.Contains(t) ? "[MASK]" : word)], animal), isKorean));
var table = new double[8, 8];
for (int row = 0; row < 8; row++)
    for (int column = 0; column < 8; column++) table[row, column] = Animals(Predict([.. English(0, row).Select((word, t) => t == 9 ? "[MASK]" : word)], 2), false)[column];
lesson.Figure("animal.by.home", table);
lesson.Plot("gap", new Figure(lesson.Text("빈칸을 채우는 확률", "What fills the gap"), 2,
[
    Bars(lesson.Text("집도 먹이도 가리면", "Home and food hidden, too"), home, food), Bars(lesson.Text($"먹이만 가리면 (집: {gap[home]})", $"Food hidden (home: {gap[home]})"), food),
    Bars(lesson.Text("다른 것은 가리지 않으면", "Nothing else hidden")),
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")).Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses).HorizontalLine(Math.Log(V), lesson.Text("찍기", "guessing")),
]) { PanelWidth = 520, PanelHeight = 330 });
