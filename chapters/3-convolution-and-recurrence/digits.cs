// chapter: digits
// title: 손글씨 숫자 | Handwritten digits
// computes: 8×8 손글씨 숫자를 작은 합성곱 신경망으로 분류 | real 8×8 digits classified by a small convolutional network
// minutes: 0.2

using var lesson = Lesson.Begin(args);

// %% 1,797 digits of 43 people, 8×8 pixels from 0 to 16
var random = new TorchRandom(lesson.Seed(0));
Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32);              // [1797, 65]
table = table[Tensor.RandPerm(table.Shape[0], random)];
Tensor pictures = (table[.., ..64] / 16.0).Reshape(-1, 1, 8, 8);                // [1797, 1, 8, 8]
Tensor labels = table[.., 64].To(DType.Int64);                                  // [1797]
int testCount = table.Shape[0] / 5, trainCount = table.Shape[0] - testCount;
var train = new TensorDataset(pictures[..trainCount], labels[..trainCount]);
Tensor testX = pictures[trainCount..], testY = labels[trainCount..];

// %% two convolutions that look for strokes, pooling that forgives small shifts, one layer that decides
double rate = lesson.Parameter("lr", 0.003, 1e-5, 0.1);
int epochs = lesson.Parameter("epochs", 12, 1, 200);
var scope = ParamScope.Random(random);
var model = new Sequential(scope,
    new Conv2d(scope / 0, 1, 16, 3, padding: 1), new ReLU(), new MaxPool2d(2),  // [N, 16, 4, 4]
    new Conv2d(scope / 3, 16, 32, 3, padding: 1), new ReLU(), new MaxPool2d(2), // [N, 32, 2, 2]
    new Flatten(), new Linear(scope / 7, 128, 10));                             // [N, 10]
var optimizer = new Adam(model.Parameters(), rate);

// %% training in batches of 32
double Accuracy()
{
    using var _ = Autograd.NoGrad();
    return model.Forward(testX).ArgMax(1).Eq(testY).To(DType.Float64).Mean().Item();
}
var losses = new List<double>();
var accuracies = new List<double>();
for (int epoch = 1; epoch <= epochs; epoch++)
{
    double sum = 0;
    foreach (var (x, y) in train.Batches(32, shuffle: random))
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(x).CrossEntropy(y);
        loss.Backward();
        optimizer.Step();
        sum += loss.Item() * y.Count;
    }
    losses.Add(sum / trainCount);
    accuracies.Add(Accuracy());
    lesson.Progress(epoch, epochs, FormattableString.Invariant($"loss {losses[^1]:F4}, accuracy {accuracies[^1]:F4}"));
}
lesson.Range("accuracy", accuracies[^1], 0.97, 1);
lesson.Figure("loss", losses[^1]);
double[] axis = [.. Enumerable.Range(1, epochs).Select(i => (double)i)];
lesson.Plot("training", new Panel(lesson.Text("학습 과정", "Training"), lesson.Text("에폭", "epoch")).Line(axis, losses, lesson.Text("손실", "loss")).Line(axis, accuracies, lesson.Text("시험 정확도", "test accuracy")));

// %% which digits are taken for which?
using (Autograd.NoGrad())
{
    Tensor predicted = model.Forward(testX).ArgMax(1);
    var confusion = new double[10, 10];
    for (int i = 0; i < testCount; i++) confusion[testY[i].ItemLong(), predicted[i].ItemLong()]++;
    lesson.Figure("confusion", confusion);
    string[] names = [.. from digit in Enumerable.Range(0, 10) select $"{digit}"];
    lesson.Plot("confusion", new Panel(lesson.Text("어느 숫자를 어느 숫자로 보았나", "Which digit is taken for which"), lesson.Text("모델의 답", "answer"), lesson.Text("정답", "true")) { EqualAxes = true }
        .HeatMap(confusion, rows: names, columns: names, showValues: true));
}
