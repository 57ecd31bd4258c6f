// chapter: ch67
// title: 순환 신경망의 순전파 | A recurrent network forward
// computes: "as soon as"를 한 낱말씩 읽으며 기억을 고치는 과정 | reading "as soon as" word by word and keeping a memory
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% two words as vectors, three orders of them
double[] @as = [1, 0], soon = [0, 1];
string[] names = ["as as soon", "soon as as", "as soon as"];
Tensor[] sentences = [Tensor.From([@as, @as, soon]), Tensor.From([soon, @as, @as]), Tensor.From([@as, soon, @as])]; // [3, 2] each

// %% the weights, in the order in which the original draws them
var random = new NumPyRandom(lesson.Seed(230907));
Tensor Wxh = Tensor.RandN([2, 3], random), Whh = Tensor.RandN([3, 3], random), Bh = Tensor.RandN([1, 1], random);
Tensor Wy = Tensor.RandN([3, 1], random), By = Tensor.RandN([1, 1], random);
(string Name, Tensor Value)[] weights = [("Wxh", Wxh), ("Whh", Whh), ("Bh", Bh), ("Wy", Wy), ("By", By)];
foreach (var (name, value) in weights) lesson.Figure(name, value);
lesson.Figure("parameters", weights.Sum(w => w.Value.Count), expected: 20);

// %% one step: what is read and what is remembered are mixed, and tanh keeps the result between -1 and 1
Tensor Step(Tensor word, Tensor h) => (word.MatMul(Wxh) + h.MatMul(Whh) + Bh).Tanh();   // [1, 2], [1, 3] → [1, 3]
Tensor Memories(Tensor sentence)
{
    Tensor h = Tensor.Zeros([1, 3], DType.Float64);
    var all = new List<Tensor>();
    for (int t = 0; t < sentence.Shape[0]; t++) all.Add(h = Step(sentence[t..(t + 1)], h));
    return Tensor.Cat(all);                                                               // [time, 3]
}
double Answer(Tensor sentence) => (Memories(sentence)[^1..].MatMul(Wy) + By).Sigmoid().Item();

// %% the answers before any training
double[] expected = [0.57238818, 0.30956668, 0.36887959], answers = [.. sentences.Select(Answer)];
for (int i = 0; i < 3; i++)
{
    string name = names[i].Replace(' ', '.');
    lesson.Figure($"memory.{name}", Memories(sentences[i]));
    lesson.Figure($"answer.{name}", answers[i], expected: expected[i], tolerance: 1e-8);
}

// %% the first word is read in the same way whatever follows, so two sentences that begin alike share their first memory
lesson.Figure("shared.start.difference", (Memories(sentences[0])[0] - Memories(sentences[2])[0]).Abs().Max().Item(), expected: 0);

// %% the same by the engine's RNN, whose weights lie transposed and whose biases are a vector
var engine = new RNN(ParamScope.Random(0, DType.Float64), 2, 3, batchFirst: true);
engine.LoadStateDict(new Dictionary<string, Tensor>
{
    ["weight_ih_l0"] = Wxh.T.Contiguous(), ["weight_hh_l0"] = Whh.T.Contiguous(), ["bias_ih_l0"] = Bh.Reshape(1).Repeat(3), ["bias_hh_l0"] = Tensor.Zeros([3], DType.Float64),
});
Tensor output = engine.Forward(Tensor.Stack(sentences)).Output;                            // [3 sentences, 3 words, 3 units]
lesson.Figure("engine.difference", sentences.Select((s, i) => (output[i] - Memories(s)).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% the original keeps its sentences in a set: their order changes from run to run, the targets 0, 0, 1 do not. How often does the 1 meet "as soon as"?
int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
double[] targets = [0, 0, 1];
if (lesson.Published)
{
    int right = orders.Count(order => order.Select((sentence, place) => (Name: names[sentence], Target: targets[place])).Single(pair => pair.Target == 1).Name == "as soon as");
    lesson.Figure("published.orders.labelled.right", right, expected: 2);
    lesson.Say($"여섯 가지 순서 가운데 {right}가지에서만 정답이 제 문장에 붙습니다.", $"Only {right} of the six possible orders put the right label on the right sentence.");
}
if (lesson.Corrected)
{
    // sentence and target travel together, whatever the order
    int right = orders.Count(order => order.Select(i => (Name: names[i], Target: targets[i])).Single(pair => pair.Target == 1).Name == "as soon as");
    lesson.Figure("corrected.orders.labelled.right", right, expected: 6);
}

// %% how long does a word stay in memory? Read ten words, once with "as" and once with "soon" in front
int length = lesson.Parameter("length", 10, 2, 60);
Tensor Long(double[] first) => Tensor.From([first, .. Enumerable.Repeat(@as, length - 1)]);
Tensor apart = (Memories(Long(@as)) - Memories(Long(soon))).Norm(2, 1);                    // [time]
lesson.Figure("memory.of.first.word", apart);

// %% the memories of the three sentences, and how the first word fades
string[] units = ["h1", "h2", "h3"];
var panels = sentences.Select((s, i) => new Panel($"{names[i]}  →  {answers[i]:0.000}").HeatMap(Memories(s), ColorMap.Diverging, rows: names[i].Split(' '), columns: units, showValues: true, low: -1, high: 1)).ToList();
panels.Add(new Panel(lesson.Text("첫 낱말의 흔적", "Trace of the first word"), lesson.Text("읽은 낱말 수", "words read"), lesson.Text("기억의 차이", "distance of memories")) { LogY = true }.Line(Enumerable.Range(1, length).ToArray(), apart));
lesson.Plot("memories", new Figure(lesson.Text("한 낱말씩 읽을 때의 기억", "Memory while reading word by word"), 2, panels) { PanelWidth = 420, PanelHeight = 320 });
