// chapter: t5_translator
// title: T5 번역기 | A translator with T5
// computes: 구간 가리기, 상대 위치의 칸, 교사 강요, 탐욕과 빔, 학습된 번역기 | span corruption, buckets of relative positions, teacher forcing, greedy and beam search, a trained translator
// minutes: 0.05

using var lesson = Lesson.Begin(args);
using var quiet = Autograd.NoGrad();

// %% T5's pre-training: spans of the text become one sentinel each, and the answer is the sentinels with what they stand for
string[] thanks = "Thank you for inviting me to your party last week".Split(' ');
int[] sentinels = [100, 101, 102, 103];
var random = new PhiloxRandom(lesson.Seed(5));
var corruption = new SpanCorruption(sentinels, density: 0.3, meanLength: 1.5);
string Show(int[] ids) => string.Join(' ', ids.Select(id => id >= 100 ? $"<{id - 100}>" : thanks[id]));
int[] Restore(int[] inputs, int[] targets) => [.. inputs.SelectMany(id => id < 100 ? [id] : targets[(Array.IndexOf(targets, id) + 1)..].TakeWhile(next => next < 100))];
var (inputs, targets) = corruption.Corrupt([.. Enumerable.Range(0, thanks.Length)], random);
lesson.Say($"  {Show(inputs)}  →  {Show(targets)}", $"  {Show(inputs)}  →  {Show(targets)}");
lesson.Figure("span.removed", targets.Count(id => id < 100), expected: 3);
int wrong = 0;
for (int draw = 0; draw < 1000; draw++)
{
    var (asked, answer) = corruption.Corrupt([.. Enumerable.Range(0, thanks.Length)], random);
    if (!Restore(asked, answer).SequenceEqual(Enumerable.Range(0, thanks.Length))) wrong++;
}
lesson.Figure("span.not.restored", wrong, expected: 0);

// %% positions: not where a piece stands but how far away it is, in 32 classes: near distances each their own, far ones in ever wider classes
int Bucket(int distance, bool seesBoth, int buckets = 32, int most = 128)
{
    int half = seesBoth ? buckets / 2 : buckets, exact = half / 2, far = seesBoth ? Math.Abs(distance) : Math.Max(0, -distance);
    int own = far < exact ? far : Math.Min(half - 1, exact + (int)(Math.Log((double)far / exact) / Math.Log((double)most / exact) * (half - exact)));
    return seesBoth && distance > 0 ? half + own : own;
}
int[] distances = [-200, -128, -50, -20, -8, -1, 0, 1, 8, 20, 50, 128, 200];
lesson.Figure("buckets.encoder", [.. distances.Select(d => (double)Bucket(d, true))], expected: [15, 15, 13, 10, 8, 1, 0, 17, 24, 26, 29, 31, 31]);
lesson.Figure("buckets.decoder", [.. distances.Select(d => (double)Bucket(d, false))], expected: [31, 31, 24, 17, 8, 1, 0, 0, 0, 0, 0, 0, 0]);

// %% with word vectors of zero nothing but the distance is left: the engine's attention is the softmax of the table at our buckets
var bare = new T5ForConditionalGeneration(ParamScope.Random(lesson.Seed(5)), new T5Config(20, 16, 8, 2, 32, 1, 1));
bare.Eval();
var weights = bare.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
weights["shared.weight"].ZeroInPlace();
double[] table = weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"].To(DType.Float64).ToArray<double>();   // [32 buckets, 2 heads]
var trace = new Trace();
const int Long = 60;
bare.Encode(Tensor.Zeros([1, Long], DType.Int64), trace: trace);
var byHand = new double[2 * Long * Long];
for (int head = 0; head < 2; head++)
    for (int query = 0; query < Long; query++)
    {
        double sum = Enumerable.Range(0, Long).Sum(key => Math.Exp(table[Bucket(key - query, true) * 2 + head]));
        for (int key = 0; key < Long; key++) byHand[(head * Long + query) * Long + key] = Math.Exp(table[Bucket(key - query, true) * 2 + head]) / sum;
    }
lesson.Figure("attention.difference", (trace.Attentions[0].To(DType.Float64).Reshape(2, Long, Long) - Tensor.From(byHand).Reshape(2, Long, Long)).Abs().Max().Item(), expected: 0, tolerance: 1e-6);

// %% why the tutorial's loss begins at 87.8: T5 1.1 does not divide the scores by √d; 1,000 scores of size √d are not small change
double First(bool scaled)
{
    var fresh = new T5ForConditionalGeneration(ParamScope.Random(lesson.Seed(5)), new T5Config(1000, 64, 16, 4, 128, 1, 1, TieEmbeddings: false, ScaleOutputs: scaled));
    fresh.Eval();
    Tensor ids = Tensor.RandInt(4, 1000, [8, 12], new PhiloxRandom(1)), labels = Tensor.RandInt(4, 1000, [8, 12], new PhiloxRandom(2));
    return fresh.Decode(LabelPadding.ShiftRight(labels, 0, 0), fresh.Encode(ids)).Flatten(0, -2).CrossEntropy(labels.Flatten()).Item();
}
double scaledLoss = First(true), unscaledLoss = First(false);
lesson.Figure("first.loss", [scaledLoss, unscaledLoss]);
lesson.Range("first.loss.scaled.over.ln.V", scaledLoss / Math.Log(1000), 0.9, 1.3);
lesson.Range("first.loss.unscaled", unscaledLoss, 15, 45);

// %% the trained translator: 2 + 2 layers, made by recipes/translate_en_ko.json
var translator = Translator.FromPretrained(lesson.ShippedModel("translate_en_ko"));
T5ForConditionalGeneration model = translator.Model;
model.Eval();
lesson.Figure("parameters", model.ParameterCount(), expected: 2_825_664);
int[] Ids(string text) => translator.Tokenizer.EncodeToIds(text);
Tensor Row(int[] ids) => LabelPadding.Pad([ids]);

// %% teacher forcing: while it learns the decoder sees the right answer shifted by one, so all places are computed at once; step by step it is the same
const string English = "Click the icon to open the dialog.", Korean = "아이콘을 클릭하여 대화 상자를 엽니다.";
Tensor labels = Row(Ids(Korean)), shifted = LabelPadding.ShiftRight(labels, model.Sizes.StartId, model.Sizes.PaddingId), encoded = model.Encode(Row(Ids(English)));
Tensor atOnce = model.Decode(shifted, encoded);                                          // [1, T, V]
var cache = new KeyValueCache();
Tensor oneByOne = Tensor.Cat([.. Enumerable.Range(0, labels.Shape[1]).Select(t => model.Decode(shifted.Narrow(1, t, 1), encoded, cache: cache))], 1);
lesson.Figure("teacher.forcing.difference", (atOnce - oneByOne).Abs().Max().Item(), expected: 0, tolerance: 1e-3);
double[] logs = [.. Enumerable.Range(0, labels.Shape[1]).Select(t => atOnce[0, t].LogSoftmax(0)[(int)labels[0, t].Item()].Item())];
lesson.Figure("teacher.loss.difference", -logs.Average() - atOnce.Flatten(0, -2).CrossEntropy(labels.Flatten()).Item(), expected: 0, tolerance: 1e-4);

// %% greedy takes the best piece each time and may walk past the best sentence: first 0.6 or 0.4, then 0.3 or 0.9
double greedy = 0.6 * 0.3, beam = Math.Max(0.6 * 0.3, 0.4 * 0.9);
lesson.Figure("tree", [greedy, beam], expected: [0.18, 0.36], tolerance: 1e-12);
int beams = lesson.Parameter("beams", 5, 2, 16);
string[] sentences = [English, "You can also use this command to insert a new table.", "Opens a dialog where you can select a font.", "To delete the selected row, press the Delete key.", "I don't know.", "Tom is my friend."];
double Score(string source, string target)                                               // mean log-probability of a piece
{
    Tensor answer = Row(Ids(target));
    return -model.Decode(LabelPadding.ShiftRight(answer, model.Sizes.StartId, model.Sizes.PaddingId), model.Encode(Row(Ids(source)))).Flatten(0, -2).CrossEntropy(answer.Flatten()).Item();
}
IReadOnlyList<string> walked = translator.Translate(sentences, 1), searched = translator.Translate(sentences, beams);
double[] walkedScores = [.. sentences.Zip(walked, Score)], searchedScores = [.. sentences.Zip(searched, Score)];
lesson.Table(lesson.Text("번역", "Translations"), [lesson.Text("영어", "English"), lesson.Text("탐욕", "greedy"), $"{lesson.Text("빔", "beam")} {beams}"], sentences.Select((sentence, i) => (IReadOnlyList<object>)[sentence, walked[i], searched[i]]));
lesson.Figure("greedy.scores", walkedScores);
lesson.Figure("beam.scores", searchedScores);
lesson.Range("beam.less.greedy", searchedScores.Sum() - walkedScores.Sum(), -0.2, 10);

// %% the long form: the figures of the model's card, measured again on pages that it has not seen
if (lesson.Full && lesson.RealRows("parallel/libreoffice-help.test.en-ko.tsv.gz", header: false) is { } rows)
{
    string[] wanted = [.. rows.Select(row => row[3].Trim())], found = [.. translator.Translate([.. rows.Select(row => row[2].Trim())], 1)];
    lesson.Figure("full.bleu", Bleu.Corpus(found, [wanted]).Score);
    lesson.Figure("full.character.bleu", Bleu.Corpus(found, [wanted], BleuTokenizer.Characters).Score);
    lesson.Figure("full.chrf", Chrf.Corpus(found, [wanted]));
}

// %% pictures: what the heads have learnt of distances, and where the decoder looks while it writes
double[] learnt = model.NamedParameters().First(p => p.Name == "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight").Value.To(DType.Float64).ToArray<double>(); // [32, heads]
double[] near = [.. Enumerable.Range(-30, 61).Select(d => (double)d)];
var heads = new Panel(lesson.Text("거리마다의 가산점 (인코더)", "Bonus for a distance (encoder)"), lesson.Text("거리", "distance"), "");
for (int head = 0; head < model.Sizes.HeadCount; head++)
{
    int h = head;
    heads.Line(near, [.. near.Select(d => learnt[Bucket((int)d, true) * model.Sizes.HeadCount + h])], lesson.Text($"머리 {head + 1}", $"head {head + 1}"));
}
var looked = new Trace();
int[] written = Ids(walked[0]);
model.Decode(LabelPadding.ShiftRight(Row(written), model.Sizes.StartId, model.Sizes.PaddingId), encoded, trace: looked);
string[] Pieces(int[] ids) => [.. ids.Select(id => translator.Tokenizer.TokenOf(id)!)];
lesson.Plot("translator", new Figure(lesson.Text("T5 번역기", "A translator with T5"), 2,
[
    heads,
    new Panel(lesson.Text("쓰면서 보는 곳", "Where it looks while it writes")).HeatMap(looked.CrossAttentions[^1].Mean(1)[0], rows: Pieces(written), columns: Pieces(Ids(English)), low: 0),
]));
