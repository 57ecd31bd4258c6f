// chapter: load_gpt2
// title: GPT-2 폴더 읽기 | Reading a GPT-2 folder
// computes: 저장된 GPT-2의 이름과 모양을 손으로 따라가고, 뒤집힌 행렬, 나눠 쓰는 가중치, 키-값 캐시를 확인하기 | a saved GPT-2 followed by hand through its names and shapes; turned matrices, tied weights, the key-value cache
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a tiny GPT-2 with a tokenizer of its own, saved as everybody saves it
string text = lesson.Text("작은 모델도 큰 모델과 이름이 같습니다. 이름이 같으면 같은 프로그램이 읽습니다. ", "A small model has the names of a large model. What has the same names is read by the same program. ");
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.ByteBpe, VocabularySize = 300 }.Train([text + text]);
var config = new Gpt2Config(tokenizer.VocabularySize, 32, 24, 2, 3, InitializerRange: 0.3);    // large weights, so that differences show
var saved = new Gpt2LMHeadModel(ParamScope.Random(lesson.Seed(42)), config);
string folder = Path.Combine(lesson.OutputFolder, "tiny-gpt2");
saved.Save(folder, tokenizer);
lesson.Say($"폴더: {string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Order())}", $"folder: {string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Order())}");
IReadOnlyDictionary<string, Tensor> file = Safetensors.Load(Path.Combine(folder, "model.safetensors"));
lesson.Table(lesson.Text("이름과 모양", "Names and shapes"), [lesson.Text("이름", "name"), lesson.Text("모양", "shape")], file.Where(entry => !entry.Key.Contains(".h.1.")).Select(entry => (object[])[entry.Key, entry.Value.Shape.ToString()]));
lesson.Figure("tensors", file.Count);
lesson.Figure("parameters", saved.ParameterCount());

// %% the whole model by hand, from the names alone
long[] ids = [.. tokenizer.EncodeToIds(text).Take(20).Select(id => (long)id)];
int T = ids.Length, C = config.HiddenSize, heads = config.HeadCount, size = C / heads;
Tensor Get(string name) => file["transformer." + name].To(DType.Float64);
Tensor Norm(Tensor x, string name)
{
    Tensor centred = x - x.Mean(-1, keepDim: true);
    return centred / (centred.Square().Mean(-1, keepDim: true) + 1e-5).Sqrt() * Get(name + ".weight") + Get(name + ".bias");
}
Tensor Project(Tensor x, string name, bool turned = false) => x.MatMul(turned ? Get(name + ".weight").T : Get(name + ".weight")) + Get(name + ".bias"); // [inputs, outputs]: x·W, no transpose
Tensor Gelu(Tensor x) => 0.5 * x * (1 + ((x + 0.044715 * x * x * x) * Math.Sqrt(2 / Math.PI)).Tanh());
Tensor future = Tensor.Ones([T, T]).Tril().Eq(0);
Tensor? look = null;
Tensor Run(bool turnSquare = false)
{
    Tensor x = Tensor.From(ids).Embedding(Get("wte.weight")) + Get("wpe.weight")[..T];           // [T, C]
    for (int layer = 0; layer < config.LayerCount; layer++)
    {
        Tensor[] qkv = Project(Norm(x, $"h.{layer}.ln_1"), $"h.{layer}.attn.c_attn").Chunk(3, -1);
        Tensor[] parts = [.. qkv.Select(part => part.Reshape(T, heads, size).Transpose(0, 1))];  // [heads, T, size]
        look = (parts[0].MatMul(parts[1].Transpose(-1, -2)) / Math.Sqrt(size)).MaskedFill(future, double.NegativeInfinity).Softmax(-1);
        Tensor seen = look.MatMul(parts[2]).Transpose(0, 1).Reshape(T, C);
        x += Project(seen, $"h.{layer}.attn.c_proj", turnSquare);
        x += Project(Gelu(Project(Norm(x, $"h.{layer}.ln_2"), $"h.{layer}.mlp.c_fc")), $"h.{layer}.mlp.c_proj");
    }
    return Norm(x, "ln_f").MatMul(Get("wte.weight").T);                                          // the word vectors once more: [T, vocabulary]
}
Tensor byHand = Run();
Gpt2LMHeadModel model = Gpt2LMHeadModel.FromPretrained(folder);
double Difference(Tensor a, Tensor b) => (a.Detach().To(DType.Float64) - b.Detach().To(DType.Float64)).Abs().Max().Item();
Tensor X = Tensor.From(ids).Reshape(1, T), logits = model.Forward(X)[0];
lesson.Figure("by.hand.difference", Difference(byHand, logits), expected: 0, tolerance: 1e-4);
lesson.Range("saved.training.difference", Difference(saved.Forward(X)[0], logits), 0.1, 100);   // the saved one still drops out: it was never told to evaluate
saved.Eval();
lesson.Figure("saved.evaluated.difference", Difference(saved.Forward(X)[0], logits), expected: 0);

// %% the trap: GPT-2 keeps matrices as [inputs, outputs], others the other way round; a square one fits both ways
lesson.Range("turned.difference", Difference(Run(turnSquare: true), logits), 0.5, 1000);
var linear = file.ToDictionary(entry => entry.Key, entry => entry.Key.Contains(".c_", StringComparison.Ordinal) && entry.Value.Rank == 2 ? entry.Value.T : entry.Value);
lesson.Figure("mingpt.layout.difference", Difference(MinGpt.FromStateDict(linear, heads).Forward(X)[0], logits), expected: 0);

// %% tied weights: one matrix reads and writes, so its gradient is the sum of the two
var untied = new Gpt2LMHeadModel(ParamScope.FromStateDict(new Dictionary<string, Tensor>(file) { ["lm_head.weight"] = file["transformer.wte.weight"] }), config with { TiesOutput = false });
untied.Eval();
Tensor targets = Tensor.From(ids[1..]);
Dictionary<string, Tensor> Gradients(Gpt2LMHeadModel one)
{
    one.ZeroGrad();
    one.Forward(X)[0][..^1].CrossEntropy(targets).Backward();
    return one.NamedParameters().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.Grad!);
}
var apart = Gradients(untied);
lesson.Figure("lm_head.in.file", file.ContainsKey("lm_head.weight") ? 1 : 0, expected: 0);
lesson.Figure("tied.gradient.difference", Difference(apart["transformer.wte.weight"] + apart["lm_head.weight"], Gradients(model)["transformer.wte.weight"]), expected: 0, tolerance: 1e-5);
lesson.Figure("untied.more.parameters", untied.ParameterCount() - model.ParameterCount(), expected: config.VocabularySize * C);

// %% the cache: each new piece asks the keys and values that are there already
int prompt = 6, made = 20;
using var quiet = Autograd.NoGrad();
long[] cached = TextGenerator.Generate(model, X[.., ..prompt], null, new GenerationOptions { MaxNewTokens = made }).ToArray<long>(), whole = ids[..prompt];
var cache = new KeyValueCache();
double worst = 0;
int counted = 0;
for (int i = 0; i < made; i++)
{
    Tensor full = model.Forward(Tensor.From(whole).Reshape(1, -1))[0, ^1];                       // everything again
    Tensor step = model.Forward(Tensor.From(i == 0 ? whole : whole[^1..]).Reshape(1, -1), cache: cache)[0, ^1];
    (worst, counted) = (Math.Max(worst, Difference(full, step)), counted + (i == 0 ? whole.Length : 1));
    whole = [.. whole, full.ArgMax(0).ItemLong()];
}
lesson.Figure("cache.difference", worst, expected: 0, tolerance: 1e-4);
lesson.Figure("cache.same.pieces", cached.SequenceEqual(whole) ? 1 : 0, expected: 1);
lesson.Figure("positions.computed", [counted, Enumerable.Range(prompt, made).Sum()], [25.0, 310]);

// %% half precision: half the file
saved.Save(folder + "-half", tokenizer, halfPrecision: true);
double bytes = new FileInfo(Path.Combine(folder, "model.safetensors")).Length, half = new FileInfo(Path.Combine(folder + "-half", "model.safetensors")).Length;
lesson.Figure("half.share", half / bytes);
lesson.Range("half.difference", Difference(Gpt2LMHeadModel.FromPretrained(folder + "-half").Forward(X)[0], logits), 1e-6, 0.1);

// %% the published sizes have the same names; counted without memory
string[] names = ["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"];
double[] counts = [.. names.Select(name => (double)new Gpt2LMHeadModel(ParamScope.ShapesOnly(), Gpt2Config.Named(name)).ParameterCount())];
lesson.Figure("published.parameters", counts, [124_439_808, 354_823_168, 774_030_080, 1_557_611_200]);
if (lesson.Full && lesson.RealFile("tokenizers/gpt2.encoder.json") is { } encoder && lesson.RealFile("tokenizers/gpt2.vocab.bpe") is { } merges)
    lesson.Figure("real.gpt2.ids", [.. Tokenizer.FromBpeVocabulary(encoder, merges).EncodeToIds("Hello world").Select(id => (double)id)], [15496.0, 995]);
double[] lengths = [.. Enumerable.Range(1, 60).Select(n => (double)n)];
lesson.Plot("gpt2", new Figure("", 3,
[
    new Panel(lesson.Text("파라미터 (백만)", "Parameters (millions)")).Bars(["small", "medium", "large", "xl"], [.. counts.Select(n => n / 1e6)]),
    new Panel(lesson.Text("둘째 층 첫째 머리가 보는 곳", "Where head 1 of layer 2 looks")).HeatMap(look![0], low: 0, high: 1),
    new Panel(lesson.Text("계산한 자리의 수", "Positions computed"), lesson.Text("새 토큰", "new pieces")).Line(lengths, [.. lengths.Select(n => n * (n - 1) / 2 + n * prompt)], lesson.Text("매번 전부", "all again")).Line(lengths, [.. lengths.Select(n => prompt + n - 1)], lesson.Text("캐시", "cache")),
]) { PanelWidth = 460, PanelHeight = 380 });
