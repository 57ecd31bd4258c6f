// chapter: saving
// title: 저장하고 이어서 훈련하기 | Saving and resuming
// computes: 가중치 저장과 불러오기, 최적화 상태가 빠지면 생기는 일, 중단한 훈련을 한 비트도 다르지 않게 잇기 | saving and loading weights, what happens without the optimiser's state, and resuming bit for bit
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% data and a small network with dropout, so that random numbers matter too
Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32)[..400];
var data = new TensorDataset(table[.., ..64] / 16.0, table[.., 64].To(DType.Int64));
int epochs = lesson.Parameter("epochs", 6, 2, 50), stopAt = lesson.Parameter("stop", 3, 1, 49);
uint seed = lesson.Seed(0);
(Sequential Model, Adam Optimizer, TorchRandom Random) Build()
{
    var random = new TorchRandom(seed);
    var scope = ParamScope.Random(random);
    var model = new Sequential(scope, new Linear(scope / 0, 64, 32), new ReLU(), new Dropout(scope / 2, 0.2), new Linear(scope / 3, 32, 10));
    return (model, new Adam(model.Parameters(), 0.003), random);
}
List<double> Train(Sequential model, Adam optimizer, TorchRandom random, int from, int to)
{
    var losses = new List<double>();
    for (int epoch = from; epoch < to; epoch++)
    {
        foreach (var (x, y) in data.Batches(32, shuffle: random))
        {
            using var memory = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(x).CrossEntropy(y);
            loss.Backward();
            optimizer.Step();
            losses.Add(loss.Item());
        }
    }
    return losses;
}
double Difference(Module a, Module b) => a.Parameters().Zip(b.Parameters(), (p, q) => (p.Detach() - q.Detach()).Abs().Max().Item()).Max();

// %% a state dictionary: names and tensors, nothing else. It is written as safetensors, which cannot carry programs
string folder = Path.Combine(lesson.OutputFolder, "checkpoint");
Directory.CreateDirectory(folder);
var trained = Build();
Train(trained.Model, trained.Optimizer, trained.Random, 0, stopAt);
var state = trained.Model.StateDict();
string weightsFile = Path.Combine(folder, "model.safetensors");
Safetensors.Save(weightsFile, state);
lesson.Table(lesson.Text("저장한 것", "What was saved"), [lesson.Text("이름", "name"), lesson.Text("모양", "shape")], state.Select(s => (IReadOnlyList<object>)[s.Key, s.Value.Shape.ToString()]));
lesson.Figure("tensors", state.Count, expected: 4);
lesson.Figure("numbers", state.Values.Sum(t => (double)t.Count), expected: 2410);
lesson.Figure("file.bytes.over.numbers", new FileInfo(weightsFile).Length - 4.0 * 2410);           // the header

// %% loading into a network of the same shape gives the same answers
var loaded = Build();
loaded.Model.LoadStateDict(Safetensors.Load(weightsFile));
lesson.Figure("loaded.difference", Difference(trained.Model, loaded.Model), expected: 0);

// %% a network of another shape refuses, and says why
var other = ParamScope.Random(1);
string refusal = "";
try
{
    new Sequential(other, new Linear(other / 0, 64, 16), new ReLU(), new Linear(other / 3, 16, 10)).LoadStateDict(Safetensors.Load(weightsFile));
}
catch (CheckpointException error)
{
    refusal = error.Message;
}
lesson.Say(refusal, refusal);
lesson.Figure("wrong.shape.refused", refusal.Length > 0 ? 1 : 0, expected: 1);

// %% resuming: the goal is the training that was never interrupted
var whole = Build();
List<double> uninterrupted = Train(whole.Model, whole.Optimizer, whole.Random, 0, epochs);
stopAt = Math.Min(stopAt, epochs - 1);
var half = Build();
List<double> before = Train(half.Model, half.Optimizer, half.Random, 0, stopAt);
Safetensors.Save(weightsFile, half.Model.StateDict());
Safetensors.Save(Path.Combine(folder, "optimizer.safetensors"), half.Optimizer.StateDict());
File.WriteAllBytes(Path.Combine(folder, "random.bin"), half.Random.GetState());

// %% three ways to go on: weights alone; weights and optimiser; and with the state of the random numbers too
(List<double> Losses, Sequential Model) Resume(bool withOptimizer, bool withRandom)
{
    var (model, optimizer, random) = Build();
    model.LoadStateDict(Safetensors.Load(weightsFile));
    if (withOptimizer) optimizer.LoadStateDict(Safetensors.Load(Path.Combine(folder, "optimizer.safetensors")));
    if (withRandom) random.SetState(File.ReadAllBytes(Path.Combine(folder, "random.bin")));
    return (Train(model, optimizer, random, stopAt, epochs), model);
}
(string Name, string Korean, string English, (List<double> Losses, Sequential Model) Result)[] ways =
[
    ("weights", "가중치만", "weights only", Resume(false, false)), ("optimizer", "가중치와 최적화 상태", "weights and optimiser", Resume(true, false)),
    ("all", "난수까지 모두", "random numbers too", Resume(true, true)),
];
foreach (var (name, _, _, result) in ways) lesson.Figure($"resumed.{name}.loss", result.Losses[^1]);
lesson.Figure("uninterrupted.loss", uninterrupted[^1]);
lesson.Figure("resumed.weights.difference", Difference(ways[0].Result.Model, whole.Model));
lesson.Figure("resumed.optimizer.difference", Difference(ways[1].Result.Model, whole.Model));
lesson.Figure("resumed.all.difference", Difference(ways[2].Result.Model, whole.Model), expected: 0);   // not one bit

// %% the Trainer does all of this by itself: it is stopped after a few epochs, and another one resumes from its folder
Sequential WithTrainer(int until, string path, bool resume)
{
    var (model, optimizer, random) = Build();
    var trainer = new Trainer<Tensor[]>(model, optimizer, batch => model.Forward(batch[0]).CrossEntropy(batch[1]))
    {
        CheckpointFolder = path, Resume = resume, Generators = new Dictionary<string, RandomGenerator> { ["all"] = random },
    };
    trainer.Fit(data.Batches(32, shuffle: random), epochs: until);
    return model;
}
string stopped = Path.Combine(folder, "trainer"), straight = Path.Combine(folder, "straight");
foreach (string path in (string[])[stopped, straight])
{
    if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
}
WithTrainer(stopAt, stopped, resume: false);
lesson.Figure("trainer.difference", Difference(WithTrainer(epochs, stopped, resume: true), WithTrainer(epochs, straight, resume: false)), expected: 0);

// %% the losses after the interruption, against those of the training that was never stopped
var panel = new Panel(lesson.Text("이어서 훈련하기", "Resuming"), lesson.Text("갱신", "update"), lesson.Text("중단 없는 훈련과의 손실 차이", "loss minus that of the uninterrupted run"));
double[] axis = [.. Enumerable.Range(before.Count + 1, uninterrupted.Count - before.Count).Select(i => (double)i)];
foreach (var (_, korean, english, result) in ways) panel.Line(axis, result.Losses.Zip(uninterrupted.Skip(before.Count), (a, b) => a - b).ToArray(), lesson.Text(korean, english));
lesson.Plot("resuming", panel.VerticalLine(before.Count, lesson.Text("중단", "interruption")));
